import { setTimeout } from 'node:timers/promises';
import { Cadence, waitFor } from '../../../extension/completion/cadence.ts';
import { Completer } from '../../../extension/completion/completer.ts';
import type { CompletionEngine } from '../../../extension/completion/computation.ts';
import { cursorContext } from '../../../extension/completion/context.ts';
import { editKind } from '../../../extension/completion/editKind.ts';
import { reasonNotToAsk } from '../../../extension/completion/when.ts';
import type { Trace } from './trace.ts';
import { came, type Key, LANGUAGES, MAX_TOKENS } from './typist.ts';
import { NOTHING_IN_VAIN, Watched } from './watched.ts';

/** Longer pauses are cut to this one, which is as long as matters, in milliseconds. */
const LONGEST_PAUSE = 2_000;

/**
 * Plays a recording at its own pace to the completer, as the editor would: each edit cancels the previous request, and the debounce adapts
 * to the typing. No suggestion is accepted, because the recording continues as it was.
 * @param pause waits this many milliseconds
 */
export async function replay(
  engine: CompletionEngine,
  { path, text: before, edits }: Trace,
  pause: (ms: number) => Promise<unknown> = setTimeout,
): Promise<Key[]> {
  const watched = new Watched(engine);
  const cadence = new Cadence();
  const errors: unknown[] = [];
  const completer = new Completer(watched, {
    onAsk: () => {},
    onAnswer: (kind, _answer, ms) => kind === 'request' && cadence.answered(ms),
    onError: (error) => errors.push(error),
  });
  const languageId = LANGUAGES[path.split('.').at(-1) ?? ''] ?? 'typescript';
  const keys: Key[] = [];
  const asked: Promise<void>[] = [];
  let text = before;
  let token = new AbortController();
  for (const [i, edit] of edits.entries()) {
    token.abort();
    token = new AbortController();
    const { signal } = token;
    const started = performance.now();
    cadence.keystroke(started);
    text = text.slice(0, edit.at) + edit.text + text.slice(edit.at + edit.removed);
    const cursor = edit.at + edit.text.length;
    const context = cursorContext({ path, prefix: text.slice(0, cursor), suffix: text.slice(cursor) }, languageId);
    const kind = editKind([{ text: edit.text, rangeLength: edit.removed }], []);
    const quiet = { manual: false, trigger: 'automatic', cursors: 1, inUnwantedComment: false } as const;
    const { lineSuffix } = context;
    const isQuiet = reasonNotToAsk({
      ...quiet,
      lineSuffix,
      blankPrefix: context.prefix.trim() === '',
      afterDeleting: kind === 'deletion',
    });
    const nothing = { ms: 0, entered: edit.text.length, accepted: false, peerMs: Number.NaN, steps: 0, inVain: NOTHING_IN_VAIN };
    keys[i] = { ...came({ silence: 'typed-on' }, false), ...nothing };
    if (isQuiet) completer.stop();
    else {
      const usual = { manual: false, eagerness: 'balanced', lookAhead: true, maxTokens: MAX_TOKENS, memory: true } as const;
      const query = { ...usual, context, afterAcceptance: false, waitMs: waitFor(cadence, context) };
      const noted = completer.complete(query, signal).then((outcome) => {
        if (signal.aborted) return;
        const first = !keys.some(({ computed }) => computed);
        keys[i] = { ...nothing, ...came(outcome, first), ms: performance.now() - started };
        watched.note(context.prefix, outcome);
      });
      asked.push(noted);
    }
    await pause(Math.min(LONGEST_PAUSE, edits[i + 1]?.ms ?? LONGEST_PAUSE));
    if (errors.length > 0) throw errors[0];
  }
  token.abort();
  await Promise.all(asked);
  completer.clear();
  const last = keys.pop();
  return last ? [...keys, { ...last, steps: watched.steps, inVain: watched.inVain }] : [];
}
