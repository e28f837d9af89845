import type { ShownMeasurement } from '../../webview/protocol/context.ts';
import { nameOfScaling } from './measurement.ts';

/** A measurement as a file for other programs, as RFC 4180 has it: one row for each point of what was measured and of what was fitted. */
export function curvesCsv({ curves, references }: ShownMeasurement): string {
  const rows: (string | number)[][] = [['kind', 'scaling', 'context', 'value', 'low', 'high', 'count']];
  for (const curve of curves) {
    const name = nameOfScaling(curve);
    for (const { context, loss } of curve.points) rows.push(['loss', name, context, loss.toFixed(5), '', '', curve.stretches]);
    for (const part of ['alpha', 'beta', 'gamma'] as const) {
      const bounds = curve.law?.[part];
      if (bounds) rows.push([part, name, '', ...[bounds.value, bounds.low, bounds.high].map((each) => each.toFixed(5)), '']);
    }
    for (const { context, loss, low, high } of curve.law?.points ?? []) {
      rows.push(['law', name, context.toFixed(1), ...[loss, low, high].map((each) => each.toFixed(5)), '']);
    }
    for (const { length, score, questions } of curve.retrieval) {
      rows.push([
        length === null ? 'retrieval without the line' : 'retrieval',
        name,
        length ?? '',
        score.toFixed(5),
        '',
        '',
        questions,
      ]);
    }
  }
  for (const { name, points } of references) {
    for (const { context, loss } of points) rows.push(['moved reference', name, context.toFixed(1), loss.toFixed(5), '', '', '']);
  }
  return rows.map((row) => `${row.join(',')}\r\n`).join('');
}
