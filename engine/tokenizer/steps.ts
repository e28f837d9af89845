import { PaddockError } from '../errors.ts';
import { isRecord } from './facts.ts';
import { endsSoon } from './patterns.ts';

/** How many times as long as a text the steps of a tokenizer may make it. */
const MAX_GROWTH = 64;
/** Steps of a tokenizer within steps, and all of them. */
const MAX_DEPTH = 20;
const MAX_STEPS = 1000;

/**
 * Checks the steps that a `tokenizer.json` puts a text through: none may take for ever, and together they may not make a long text of it.
 * @throws PaddockError `unsupported-model`
 */
export function checkSteps(json: Readonly<Record<string, unknown>>, path: string): void {
  for (const part of ['normalizer', 'pre_tokenizer', 'decoder']) {
    const steps = stepsOf(json[part]);
    const refuse = (why: string) =>
      new PaddockError('unsupported-model', `${path}: its ${part} ${why}. Take the tokenizer from the model's makers.`);
    if (!steps) throw refuse(`has more than ${MAX_STEPS} steps`);
    let growth = 1;
    for (const { pattern, content, prepend } of steps) {
      const regex = isRecord(pattern) ? pattern.Regex : undefined;
      if (typeof regex === 'string' && !endsSoon(regex)) {
        throw refuse(`has a pattern that may take for ever on some texts, ${JSON.stringify(regex.slice(0, 100))}`);
      }
      if (typeof content === 'string') growth *= growthBy(content, pattern);
      if (typeof prepend === 'string') growth *= Math.max(1, prepend.length);
    }
    if (growth > MAX_GROWTH) throw refuse(`can make a text more than ${MAX_GROWTH} times as long`);
  }
}

/** A step with all the steps in it; undefined for too many. */
function stepsOf(step: unknown, depth = 0): Record<string, unknown>[] | undefined {
  if (!isRecord(step)) return [];
  const found = [step];
  for (const key of ['normalizers', 'pretokenizers', 'decoders']) {
    const list = step[key];
    for (const inner of Array.isArray(list) ? list : []) {
      const more = depth < MAX_DEPTH ? stepsOf(inner, depth + 1) : undefined;
      if (!more || found.length + more.length > MAX_STEPS) return undefined;
      found.push(...more);
    }
  }
  return found;
}

/** How many times as long a replacement makes a text, at most: a regular expression may match a single character. */
function growthBy(content: string, pattern: unknown): number {
  const replaced = isRecord(pattern) && typeof pattern.String === 'string' ? pattern.String.length : 1;
  return Math.max(1, content.length / Math.max(1, replaced));
}
