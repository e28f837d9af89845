import { describe, expect, it } from 'vitest';
import { CANDIDATE_COUNTS, temperatureFor } from '../../../engine/tuning/preference/temperature.ts';
import { TRIED } from './drawing.ts';
import { peakOf, report } from './report.ts';

describe('the peak', () => {
  it('is that of the parabola the heights lie on, and the end where they only rise or fall', () => {
    const places = [0.7, 0.85, 1, 1.15, 1.3];
    for (const peak of [0.9, 1.04, 1.2]) {
      const heights = places.map((place) => 3 - 2 * (place - peak) ** 2);
      expect(peakOf(places, heights)).toBeCloseTo(peak, 12);
    }
    expect(peakOf(places, [1, 2, 3, 4, 5])).toBe(1.3);
    expect(peakOf(places, [5, 4, 3, 2, 1])).toBe(0.7);
  });
});

describe('the report', () => {
  it('names the peak of each number of candidates beside the temperature in use, and what it gains', () => {
    const greedy = [0, 1];
    // Every answer to a request scores the same, highest at 1.3.
    const drawn = TRIED.map((temperature) =>
      greedy.map((value) => new Array<number>(16).fill(value + 1 - (temperature - 1.3) ** 2)),
    );
    const lines = report({ greedy, drawn }).split('\n');
    expect(lines).toContain('| peak |  | 1.30 | 1.30 | 1.30 | 1.30 |');
    expect(lines).toContain('| more than at 1.00 |  | +0.09 ± 0.00 | +0.09 ± 0.00 | +0.09 ± 0.00 | +0.09 ± 0.00 |');
    const inUse = CANDIDATE_COUNTS.filter((count) => count > 1).map((count) => temperatureFor(count).toFixed(2));
    expect(lines).toContain(`| in use |  | ${inUse.join(' | ')} |`);
  });
});
