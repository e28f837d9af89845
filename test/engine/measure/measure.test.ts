import { describe, expect, it } from 'vitest';
import { bucketsUpTo, meansOf } from '../../../engine/measure/buckets.ts';
import { estimateAt, fitPowerLaw, LLAMA2_LONG, lossAt, type PowerLaw } from '../../../engine/measure/powerLaw.ts';
import { recommendWindow } from '../../../engine/measure/recommendation.ts';
import { rougeL } from '../../../engine/measure/rouge.ts';
import { Random } from '../../../engine/sampling/random.ts';

/** (5 / c)^0.4 + 1.2 with noise of 0.05; drawn with NumPy 1.24, seed 3, and fitted by training/measure/power_law.py: an independent one. */
const NOISY = [
  [
    2.092526, 1.754572, 1.80716, 1.680992, 1.621666, 1.575259, 1.43396, 1.479889, 1.410591, 1.587055, 1.403548, 1.349706,
    1.331593, 1.293387, 1.257612, 1.276537,
  ],
  [
    2.014577, 1.870428, 1.834143, 1.699391, 1.645511, 1.663329, 1.562214, 1.466224, 1.44471, 1.447931, 1.489013, 1.353857,
    1.33348, 1.376905, 1.266047, 1.281491,
  ],
  [
    2.034607, 1.911373, 1.790831, 1.742886, 1.50289, 1.637104, 1.486977, 1.408055, 1.467674, 1.455932, 1.37002, 1.313518,
    1.346964, 1.324152, 1.38065, 1.333448,
  ],
  [
    2.000171, 1.937937, 1.775979, 1.663086, 1.673501, 1.615165, 1.524218, 1.452345, 1.465309, 1.29621, 1.426765, 1.391906,
    1.263715, 1.329857, 1.262165, 1.333938,
  ],
  [
    1.888772, 1.836631, 1.821734, 1.767201, 1.536398, 1.561136, 1.55136, 1.461025, 1.533383, 1.361344, 1.409985, 1.314918,
    1.415956, 1.325707, 1.291757, 1.210168,
  ],
  [
    2.074571, 1.919994, 1.823933, 1.766275, 1.66176, 1.554076, 1.494947, 1.451476, 1.522355, 1.347886, 1.36244, 1.351276,
    1.356889, 1.355557, 1.247915, 1.209577,
  ],
];
const FITTED_BY_NUMPY = { alpha: 5.826554891566374, beta: 0.4600000000000001, gamma: 1.2181209539818982 };

describe('buckets', () => {
  it('are two per octave, as in the recipe', () => {
    expect(bucketsUpTo(2048).limits).toEqual([8, 11, 16, 23, 32, 45, 64, 91, 128, 181, 256, 362, 512, 724, 1024, 1448, 2048]);
    expect(bucketsUpTo(2048).contexts).toEqual([
      9.0, 13.0, 19.0, 27.0, 38.0, 54.0, 77.0, 109.0, 154.0, 218.0, 308.5, 436.5, 617.5, 873.5, 1235.5, 1747.5,
    ]);
  });

  it('average the values between their limits', () => {
    const values = Float64Array.from({ length: 63 }, (_, i) => i + 1); // the value at a position is the position
    const buckets = bucketsUpTo(64);
    expect(meansOf(values, buckets)).toEqual(buckets.contexts);
  });
});

describe('the power law', () => {
  it('has the same fit as with NumPy', () => {
    const fitted = fitPowerLaw(bucketsUpTo(2048).contexts, NOISY);
    expect(fitted?.law.alpha).toBeCloseTo(FITTED_BY_NUMPY.alpha, 6);
    expect(fitted?.law.beta).toBeCloseTo(FITTED_BY_NUMPY.beta, 6);
    expect(fitted?.law.gamma).toBeCloseTo(FITTED_BY_NUMPY.gamma, 6);
  });

  it('has intervals that contain the truth about as often as their level says', () => {
    const { contexts } = bucketsUpTo(1024);
    const truth: PowerLaw = { alpha: 5, beta: 0.4, gamma: 1.2 };
    const random = new Random(7);
    const noise = () => 0.1 * Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
    const held = { alpha: 0, beta: 0, gamma: 0 };
    let heldAt = 0;
    for (let i = 0; i < 40; i++) {
      const rows = Array.from({ length: 24 }, () => contexts.map((c) => lossAt(truth, c) + noise()));
      const fitted = fitPowerLaw(contexts, rows) as NonNullable<ReturnType<typeof fitPowerLaw>>;
      const { law, intervals } = fitted;
      const at = estimateAt(fitted, 512);
      expect(at.value).toBe(lossAt(law, 512));
      if (at.low <= lossAt(truth, 512) && lossAt(truth, 512) <= at.high) heldAt++;
      for (const name of ['alpha', 'beta', 'gamma'] as const) {
        const { low, value, high } = intervals[name];
        expect(value).toBe(law[name]);
        if (low <= truth[name] && truth[name] <= high) held[name]++;
      }
    }
    expect(heldAt).toBeGreaterThan(31);
    // 38 of 40 if intervals were exact; those of a bootstrap are a little narrow.
    for (const count of Object.values(held)) expect(count).toBeGreaterThanOrEqual(34);
  });

  it('is recovered from noiseless losses with the parameters of a paper', () => {
    const { contexts } = bucketsUpTo(16_384);
    const law = LLAMA2_LONG['7B'] as PowerLaw;
    const rows = [contexts.map((c) => lossAt(law, c)), contexts.map((c) => lossAt(law, c))];
    const fitted = fitPowerLaw(contexts, rows)?.law as PowerLaw;
    expect(fitted.alpha).toBeCloseTo(25.4, 3);
    expect(fitted.beta).toBeCloseTo(0.45, 6);
    expect(fitted.gamma).toBeCloseTo(1.56, 6);
    // Doubling: L(2c) = 2^−β L(c) + (1 − 2^−β) γ.
    expect(lossAt(law, 2000)).toBeCloseTo(2 ** -0.45 * lossAt(law, 1000) + (1 - 2 ** -0.45) * 1.56, 9);
  });

  it('needs two texts and four buckets', () => {
    expect(fitPowerLaw([10, 20, 40, 80], [[4, 3, 2, 1]])).toBeUndefined();
    expect(
      fitPowerLaw(
        [10, 20, 40],
        [
          [3, 2, 1],
          [3, 2, 1],
        ],
      ),
    ).toBeUndefined();
  });

  it('has no slope if the loss grows with the context', () => {
    const law = fitPowerLaw(
      [10, 20, 40, 80],
      [
        [1, 2, 3, 4],
        [1, 2, 3, 4.1],
      ],
    )?.law as PowerLaw;
    expect(law.alpha).toBe(0);
    expect(law.gamma).toBeGreaterThan(0);
  });
});

describe('the window that is recommended', () => {
  const law = { alpha: 25, beta: 0.5, gamma: 1.5 };

  it('is the smallest whose doubling gains less than the threshold', () => {
    const { window, gains, isLimited } = recommendWindow(law, 0.03, 16_384);
    expect(isLimited).toBe(false);
    for (const gain of gains) expect(gain.gainOfDoubling < 0.03).toBe(gain.window >= window);
    expect(gains.map((gain) => gain.window)).toEqual([256, 512, 1024, 2048, 4096, 8192, 16_384]);
  });

  it('is the largest measured one if a larger one would still gain', () => {
    expect(recommendWindow(law, 1e-6, 4096)).toMatchObject({ window: 4096, isLimited: true });
  });
});

describe('ROUGE-L', () => {
  it('is the F1 of the longest common subsequence', () => {
    expect(rougeL([1, 2, 3, 4, 5], [2, 4, 9, 5])).toBeCloseTo(2 / 3, 12);
    expect(rougeL([1, 2], [1, 2])).toBe(1);
    expect(rougeL([], [1])).toBe(0);
    expect(rougeL([3], [1])).toBe(0);
  });
});
