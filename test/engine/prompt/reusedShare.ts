/** The share of tokens in successive prompts that begin like the prompt before, so that they need not run again. */
export function reusedShare([first = [], ...others]: readonly (readonly number[])[]): number {
  let [reused, all] = [0, 0];
  let before = first;
  for (const after of others) {
    let common = 0;
    while (common < after.length && after[common] === before[common]) common++;
    reused += common;
    all += after.length;
    before = after;
  }
  return reused / all;
}
