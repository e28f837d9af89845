import { fill } from './fill.ts';

/**
 * A count in words. The supported languages have at most two forms, one of them only for 1.
 * @param many with `{0}` in the place of the number
 * @param write how the language writes numbers
 */
export function counted(count: number, one: string, many: string, write: (count: number) => string = String): string {
  return count === 1 ? one : fill(many, write(count));
}
