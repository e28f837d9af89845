/** Bytes in a suitable unit, such as `1.4 GiB`. */
export function sizeInWords(bytes: number): string {
  const power = Math.min(3, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  const value = bytes / 2 ** (10 * power);
  return `${value < 10 && power > 0 ? value.toFixed(1) : Math.round(value)} ${['B', 'KiB', 'MiB', 'GiB'][power]}`;
}

/** A count of parameters as people say it: `1.5 B`, `110 M`. */
export function parametersInWords(count: number): string {
  const [value, unit] = count >= 999.5e6 ? [count / 1e9, 'B'] : [count / 1e6, 'M'];
  return `${value < 99.95 ? Number(value.toFixed(1)) : Math.round(value)} ${unit}`;
}

/** How a model's tensors are stored, the most frequent way first: `Q4_K (169), F32 (58)`. */
export function storageInWords(storedAs: Readonly<Record<string, number>>): string {
  const ways = Object.entries(storedAs).sort(([, a], [, b]) => b - a);
  return ways.map(([way, tensors]) => `${way} (${tensors})`).join(', ');
}
