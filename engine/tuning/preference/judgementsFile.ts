import { PaddockError } from '../../errors.ts';
import { FEATURES } from './features.ts';
import { isJudgement, type Judgement } from './judgements.ts';

/**
 * The judgements of an exported file: an object with `features`, their names in order, and `judgements`.
 * @param path for messages
 * @throws PaddockError `bad-request` for another file, for other features, or where a judgement is not whole
 */
export function judgementsFrom(text: string, path: string): readonly Judgement[] {
  const file = parsed(text, path);
  const { features, judgements } = file;
  if (!Array.isArray(judgements)) {
    throw new PaddockError('bad-request', `${path} holds no judgements. Export them from the page of preferences.`);
  }
  if (JSON.stringify(features) !== JSON.stringify(FEATURES)) {
    throw new PaddockError('bad-request', `${path} is about other features than this version of Paddock has. Export it again.`);
  }
  const wrong = judgements.findIndex((judgement) => !isJudgement(judgement));
  if (wrong >= 0) {
    throw new PaddockError('bad-request', `${path}: judgement ${wrong + 1} is not whole. Take it out, or export the file again.`);
  }
  return judgements as Judgement[];
}

function parsed(text: string, path: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch {
    // Told below.
  }
  throw new PaddockError('bad-request', `${path} is not JSON of exported judgements. Export them from the page of preferences.`);
}
