import { expect, test, vi } from 'vitest';
import {
  type CandidatesParams,
  type CompleteParams,
  type CompleteResult,
  cancelled,
  type LineCandidate,
  type OnAnswerText,
  PaddockError,
} from '../../../engine/index.ts';
import { Completer, type Outcome } from '../../../extension/completion/completer.ts';
import { cursorContext } from '../../../extension/completion/context.ts';
import { Random } from '../../support/random.ts';
import { stats, stillTime } from './completerScene.ts';

const KEYSTROKES = 10_000;
const LINE = "const total = count(barrels, 'south');\n";
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

stillTime();

/** Says the rest of the line, sometimes something else, piece by piece, and fails now and then. */
class FickleEngine {
  /** Every text with the suggestions that the engine gave for it. */
  readonly said: string[] = [];
  readonly #random: () => number;
  asked = 0;
  live = 0;

  constructor(random: () => number) {
    this.#random = random;
  }

  /** Two lines, the second of which is never taken here. */
  async candidates(params: CandidatesParams, signal: AbortSignal): Promise<LineCandidate[]> {
    const { text, finish } = await this.complete(params, signal);
    return [text, `another(${this.asked});`].map((each) => ({ text: each, finish, marks: [] }));
  }

  async complete({ prefix }: CompleteParams, signal: AbortSignal, onText?: OnAnswerText): Promise<CompleteResult> {
    this.asked++;
    this.live++;
    try {
      if (this.#random() < 0.02) throw new PaddockError('engine-gone', 'The engine died.');
      const column = prefix.length - prefix.lastIndexOf('\n') - 1;
      const text = this.#random() < 0.7 ? LINE.slice(column % LINE.length) + LINE : `other(${this.asked});`;
      for (let at = 0; at < text.length; at += 7) {
        await sleep(20 * this.#random());
        if (signal.aborted) throw cancelled();
        onText?.(text.slice(at, at + 7), []);
      }
      this.said.push(prefix + text);
      return { text, finish: 'stop', confidence: 1, marks: [], stats };
    } finally {
      this.live--;
    }
  }
}

test('through thousands of keystrokes only suggestions given for this very text are shown, and one computation runs at a time', async () => {
  const numbers = new Random(5);
  const random = () => numbers.uniform();
  const engine = new FickleEngine(random);
  const completer = new Completer(engine, { onAsk: () => {}, onAnswer: () => {}, onError: () => {} });
  let text = LINE;
  let shown = '';
  let token = new AbortController();
  let accepted = 0;
  const stale: string[] = [];
  const check = (prefix: string) => (outcome: Outcome) => {
    if (!('text' in outcome)) return;
    if (!engine.said.some((whole) => whole.startsWith(prefix + outcome.text))) stale.push(prefix + outcome.text);
    if (prefix === text) shown = outcome.text;
  };
  const asked: Promise<void>[] = [];
  for (let key = 0; key < KEYSTROKES; key++) {
    token.abort();
    token = new AbortController();
    const column = text.length - text.lastIndexOf('\n') - 1;
    const act = random();
    const accepts = shown !== '' && act < 0.1;
    if (accepts) text += shown;
    else if (act < 0.2) text = text.slice(0, -1 - Math.floor(5 * random())) || LINE;
    else if (act < 0.25) text = LINE.repeat(1 + Math.floor(3 * random()));
    else text += random() < 0.8 ? LINE[column % LINE.length] : 'x';
    if (accepts) accepted++;
    shown = '';
    const query = {
      manual: act > 0.95,
      eagerness: 'balanced' as const,
      waitMs: 60,
      maxTokens: 64,
      memory: true,
      lookAhead: true,
    };
    const context = cursorContext({ path: 'a.ts', prefix: text, suffix: '\n' }, 'typescript');
    asked.push(completer.complete({ ...query, context, afterAcceptance: accepts }, token.signal).then(check(text)));
    if (act > 0.9 && act < 0.92) completer.stop();
    await vi.advanceTimersByTimeAsync(random() < 0.5 ? 30 : 300);
    // One that was aborted ends with its step.
    expect(engine.live).toBeLessThanOrEqual(1);
  }
  await vi.advanceTimersByTimeAsync(5_000);
  await Promise.all(asked);
  expect(stale).toEqual([]);
  expect(engine.live).toBe(0);
  expect(accepted).toBeGreaterThan(50);
  expect(engine.asked).toBeLessThan(1.5 * KEYSTROKES);
  completer.clear();
  expect(vi.getTimerCount()).toBe(0);
});
