import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { instructionOf } from '../../../engine/chat/constraints.ts';
import { RETENTION_TURNS } from '../../../engine/generate/retention.ts';
import { Engine } from '../../../engine/host/engine.ts';
import { CONSTRAINTS } from '../../../engine/index.ts';
import { Session } from '../../../engine/session/session.ts';
import {
  type ChatSettings,
  isRetentionTest,
  type RetentionTest,
  shownRetention,
  testRetention,
} from '../../../extension/contextMeasurement/retention.ts';
import { temporaryFolder } from '../../support/modelFolder.ts';
import { writeScriptedModel } from '../../support/scriptedModel.ts';
import { ruleNames } from './samples.ts';

/** Code in TypeScript, with a comment, in fewer than five lines, and not in Chinese. */
const SCRIPT = '```ts\nconst sum = (a: number, b: number) => a + b; // adds both\n```\nThis adds them.';
/** The turns that are reported for Ghost Attention (Touvron et al. 2023, section 3.3). */
const REPORTED = [2, 4, 6, 20];

const engine = new Engine();
let path = '';
let remove = async () => {};
beforeAll(async () => {
  ({ path, remove } = await temporaryFolder());
  await writeScriptedModel(path, SCRIPT);
  await engine.open({ role: 'completion', path, device: 'cpu', threads: 1, window: 0 });
});
afterEach(() => vi.restoreAllMocks());
afterAll(async () => {
  await engine.close();
  await remove();
});

const settings = (window: number): ChatSettings => ({
  controls: {
    ...{ window, largestWindow: 4_096, unscaled: 4_096, canScale: true, canSlide: true, scaling: 'own', scalingValue: 1 },
    ...{ slides: false, sinks: 4, overflow: 'oldest', reserve: 64 },
  },
  pinned: { text: '', mode: 'off' },
});

/** Plays the whole test with a real engine. @param until how many answers it is stopped after */
async function played(chat: ChatSettings, until = Number.POSITIVE_INFINITY) {
  const told: RetentionTest[] = [];
  const gone = new AbortController();
  const prompts = vi.spyOn(Session.prototype, 'sync');
  const task = { model: { path }, chat, signal: gone.signal, now: () => 7 };
  const error = await testRetention(
    { testRetention: (params, signal, onRow) => engine.studies.testRetention(params, onRow, signal) },
    {
      ...task,
      onProgress: (sofar) => {
        told.push(sofar);
        if (sofar.rows.length === until) gone.abort();
      },
    },
  ).then(() => undefined, String);
  const { tokenizer } = engine.opened.model;
  const asked = prompts.mock.calls.map(([tokens]) => tokenizer.decode(tokens));
  const last = told.at(-1) ?? expect.fail('nothing was reported');
  return { last, asked, error, shown: shownRetention(last, 'today', ruleNames) };
}

/** How often a text stands in another. */
const times = (text: string, within: string) => within.split(text).length - 1;

describe('a whole test of retention', () => {
  it('asks twenty questions for each rule, said once and pinned, and shows how many answers kept to it at each turn', async () => {
    const { last, error, asked, shown } = await played(settings(4_096));
    expect(error).toBeUndefined();
    expect(isRetentionTest(JSON.parse(JSON.stringify(last)))).toBe(true);
    expect([last.isComplete, last.rows.length]).toEqual([true, CONSTRAINTS.length * 2 * RETENTION_TURNS]);
    expect(shown.turns.map(({ turn }) => turn)).toEqual(Array.from({ length: RETENTION_TURNS }, (_, i) => i + 1));
    // Two of the four rules are kept.
    for (const turn of REPORTED)
      expect(shown.turns[turn - 1]).toEqual({ turn, said: 0.5, pinned: 0.5, answers: { said: 4, pinned: 4 } });
    // Said once it stands in the first question only, pinned in every one.
    const [first] = CONSTRAINTS;
    const instructed = (conversation: number, turn: number) =>
      times(instructionOf(first), asked[conversation * RETENTION_TURNS + turn - 1] ?? '');
    for (const turn of REPORTED) expect([instructed(0, turn), instructed(1, turn)], `turn ${turn}`).toEqual([1, turn]);
    // The model's own answers are what it goes on with.
    for (const turn of REPORTED) expect(times('This adds them.', asked[turn - 1] ?? '')).toBe(turn - 1);
  });

  it('loses what was said once with the oldest turns, in a window without room for all', async () => {
    const { asked, last } = await played(settings(512), 2 * RETENTION_TURNS);
    const instruction = instructionOf(CONSTRAINTS[0]);
    expect(last.rows.length).toBe(2 * RETENTION_TURNS);
    expect(times(instruction, asked[1] ?? '')).toBe(1);
    expect(times(instruction, asked[RETENTION_TURNS - 1] ?? '')).toBe(0);
    expect(times(instruction, asked[2 * RETENTION_TURNS - 1] ?? '')).toBeGreaterThan(0);
  });

  it('keeps the answers so far when it is stopped in the middle', async () => {
    const answers = RETENTION_TURNS + 7;
    const { last, error, shown } = await played(settings(4_096), answers);
    expect(error).toMatch(/cancel/i);
    expect([last.isComplete, last.rows.length]).toEqual([false, answers]);
    expect(isRetentionTest(JSON.parse(JSON.stringify(last)))).toBe(true);
    expect(shown.turns.length).toBe(RETENTION_TURNS);
    expect(shown.turns[6]).toEqual({ turn: 7, said: 1, pinned: 1, answers: { said: 1, pinned: 1 } });
    expect(shown.turns[7]).toEqual({ turn: 8, said: 1, pinned: null, answers: { said: 1, pinned: 0 } });
  });
});
