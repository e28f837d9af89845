/** GPT-2's characters for the 256 bytes (Radford et al. 2019), built as in its source: a printable byte stands for itself. */
export function byteCharacters(): string[] {
  const printable = [...range(33, 126), ...range(161, 172), ...range(174, 255)];
  let other = 256;
  return range(0, 255).map((byte) => String.fromCharCode(printable.includes(byte) ? byte : other++));
}

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}
