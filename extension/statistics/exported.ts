import type { ExportFormat } from '../../webview/protocol/statistics.ts';
import { type Cell, COUNTERS } from './counts.ts';
import { bucketBounds, latencyQuantile } from './latency.ts';

/** Counts as a file for other programs, with one row for each day, language, model and device. */
export function exported(cells: readonly Cell[], format: ExportFormat): string {
  return format === 'csv' ? csv(cells) : json(cells);
}

/** As RFC 4180 has it, with the median in place of the buckets. */
function csv(cells: readonly Cell[]): string {
  const header = ['day', 'language', 'model', 'device', ...COUNTERS, 'medianMs'];
  const rows = cells.map((cell) => {
    const median = latencyQuantile(cell.latencies, 0.5);
    const counts = COUNTERS.map((counter) => String(cell[counter]));
    return [cell.day, field(cell.language), field(cell.model), field(cell.device), ...counts, median?.toFixed(1) ?? ''];
  });
  return [header, ...rows].map((row) => `${row.join(',')}\r\n`).join('');
}

/** Quoted if necessary. Names come from model files, so one that a spreadsheet would take for a formula is defused. */
function field(text: string): string {
  const plain = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}

function json(cells: readonly Cell[]): string {
  const rows = cells.map(({ latencies, ...rest }) => ({
    ...rest,
    latencies: latencies.flatMap((count, bucket) => {
      const [fromMs, toMs] = bucketBounds(bucket);
      return count === 0 ? [] : [{ fromMs, toMs, count }];
    }),
  }));
  return `${JSON.stringify(rows, undefined, 2)}\n`;
}
