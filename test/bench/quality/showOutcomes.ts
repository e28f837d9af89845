import type { Engine } from '../../../engine/host/engine.ts';
import { compute } from '../../../extension/completion/computation.ts';
import { type CursorContext, cursorContext } from '../../../extension/completion/context.ts';
import { type Evidence, evidenceOf, firstLine, type Suggestion } from '../../../extension/completion/likelihood.ts';
import { wantsMultiline } from '../../../extension/completion/multiline.ts';
import { isWorthReading } from '../../../extension/completion/when.ts';
import { type Position, randomPosition } from './positions.ts';
import { seededRandom } from './random.ts';
import type { Split } from './repository.ts';

/** A suggestion that would be shown, and its outcome. */
export interface ShowOutcome extends Evidence {
  readonly repository: string;
  /** Whether the cursor was before the first character of a line. */
  readonly atLineStart: boolean;
  /** Whether its first line needs no correction: the person's own text continues it, without splitting a word. */
  readonly kept: boolean;
  /** Whether its first line is the whole line of the person. */
  readonly exact: boolean;
  /** Characters that a person would accept: all, or the first lines that are right. */
  readonly gained: number;
}

const MAX_TOKENS = 64;
const LANGUAGES: Readonly<Record<string, string>> = { py: 'python', js: 'javascript', mjs: 'javascript', tsx: 'typescriptreact' };
const nothing = () => {};
const LISTENER = { onAsk: nothing, onAnswer: nothing, onError: nothing };

/** The suggestions at random places of a repository, made as in the editor, with a memory of all other files. */
export async function recordOutcomes(
  engine: Engine,
  split: Split,
  { lines, seed }: { readonly lines: number; readonly seed: number },
): Promise<ShowOutcome[]> {
  engine.forgetWorkspace();
  await engine.remember({ documents: split.others, gone: [] });
  const next = seededRandom(seed);
  const outcomes: ShowOutcome[] = [];
  for (let i = 0; i < lines; i++) {
    const file = split.asked[i % split.asked.length];
    const position = file && randomPosition(file, next);
    const outcome = position && (await outcomeAt(engine, position, split.name));
    if (outcome) outcomes.push(outcome);
  }
  return outcomes;
}

async function outcomeAt(engine: Engine, position: Position, repository: string): Promise<ShowOutcome | undefined> {
  const { file, prefix, suffix, truth } = position;
  const { path } = file;
  const context = cursorContext({ path, prefix, suffix }, LANGUAGES[path.split('.').at(-1) ?? ''] ?? 'typescript');
  const suggestion = await suggest(engine, context);
  if (!suggestion || !isWorthReading(suggestion.text)) return undefined;
  const line = firstLine(suggestion.text);
  const rest = truth + suffix;
  return {
    ...evidenceOf(suggestion),
    repository,
    atLineStart: context.linePrefix.trim() === '',
    kept: goesOnWith(rest, line),
    exact: line.trimEnd() === truth.trimEnd(),
    gained: charactersTaken(suggestion.text, rest),
  };
}

async function suggest(engine: Engine, context: CursorContext): Promise<Suggestion | undefined> {
  const { path, prefix, suffix } = context;
  const params = { prefix, suffix, path, maxTokens: MAX_TOKENS, multiline: wantsMultiline(context), memory: true, ahead: false };
  const task = { params, context, kind: 'request' } as const;
  const { fitted } = await compute(engine, task, LISTENER, new AbortController().signal, nothing);
  return 'silence' in fitted ? undefined : fitted;
}

/** Whether a text continues with this part, without splitting a word after it. */
function goesOnWith(text: string, part: string): boolean {
  return text.startsWith(part) && !(/\w$/.test(part) && /^\w/.test(text.slice(part.length)));
}

function charactersTaken(suggested: string, wanted: string): number {
  if (goesOnWith(wanted, suggested)) return suggested.length;
  let right = '';
  for (const line of suggested.split(/(?<=\n)/)) {
    if (!goesOnWith(wanted, (right + line).trimEnd())) break;
    right += line;
  }
  return right.trimEnd().length;
}
