/** ROUGE-L's F1 of two sequences, 0–1: by their longest common subsequence (Lin 2004). */
export function rougeL<T>(answer: readonly T[], wanted: readonly T[]): number {
  if (answer.length === 0 || wanted.length === 0) return 0;
  const lengths = new Int32Array(wanted.length + 1);
  for (const token of answer) {
    let before = 0;
    for (let i = 1; i <= wanted.length; i++) {
      const above = lengths[i] as number;
      lengths[i] = token === wanted[i - 1] ? before + 1 : Math.max(above, lengths[i - 1] as number);
      before = above;
    }
  }
  return (2 * (lengths[wanted.length] as number)) / (answer.length + wanted.length);
}
