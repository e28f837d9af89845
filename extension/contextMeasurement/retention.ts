import { type ModelInfo, type RetentionParams, type RetentionRow, retentionByTurn } from '../../engine/index.ts';
import type { ShownRetention } from '../../webview/protocol/context.ts';
import { isBoolean, isCount, isListOf, isNullable, isObject } from '../../webview/protocol/guards.ts';

/** One answer: whether it kept to what it was told. */
export type KeptRow = Pick<RetentionRow, 'pinned' | 'turn' | 'kept'>;

/** How long one model kept to an instruction, as far as it was tested: nothing of what it said. */
export interface RetentionTest {
  /** When it began, in milliseconds since 1970. */
  readonly at: number;
  /** Tokens. */
  readonly window: number;
  readonly rows: readonly KeptRow[];
  readonly isComplete: boolean;
}

/** Tells what was stored as a test from all else. */
export const isRetentionTest = isObject<RetentionTest>({
  at: isCount,
  window: isCount,
  rows: isListOf(isObject<KeptRow>({ pinned: isBoolean, turn: isCount, kept: isNullable(isBoolean) })),
  isComplete: isBoolean,
});

/** What testing asks of the engine. */
export interface RetentionEngine {
  testRetention(params: RetentionParams, signal: AbortSignal, onRow: (row: RetentionRow) => void): Promise<void>;
}

/** One test, and who is told how far it has come. */
export interface RetentionTask {
  readonly model: Pick<ModelInfo, 'window'>;
  readonly signal: AbortSignal;
  /** @param fraction done of all, 0–1 */
  readonly onProgress: (sofar: RetentionTest, fraction: number) => void;
  readonly now: () => number;
}

/**
 * Tests in the window that the model is open with. What was found until it ends, for whatever reason, has been told.
 * @throws PaddockError as the engine's client
 */
export async function testRetention(engine: RetentionEngine, { model, signal, onProgress, now }: RetentionTask): Promise<void> {
  const { window } = model;
  const begun = { at: now(), window };
  const rows: KeptRow[] = [];
  await engine.testRetention({ window }, signal, ({ pinned, turn, kept, fraction }) => {
    rows.push({ pinned, turn, kept });
    onProgress({ ...begun, rows: [...rows], isComplete: false }, fraction);
  });
  onProgress({ ...begun, rows, isComplete: true }, 1);
}

/** What the page shows of it. @param when it began, as the person writes it */
export function shownRetention({ window, rows, isComplete }: RetentionTest, when: string): ShownRetention {
  return { when, window, isComplete, turns: retentionByTurn(rows) };
}
