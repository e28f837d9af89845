import {
  CONSTRAINTS,
  type Constraint,
  type ModelInfo,
  type RetentionParams,
  type RetentionRow,
  retentionByTurn,
} from '../../engine/index.ts';
import { isConstraint } from '../../webview/protocol/chatPins.ts';
import type { WindowControls } from '../../webview/protocol/chatWindow.ts';
import { isScalingChoice, type ScalingChoice, type ShownRetention } from '../../webview/protocol/context.ts';
import { isBoolean, isCount, isListOf, isMissingOr, isNullable, isObject } from '../../webview/protocol/guards.ts';
import type { Pinned } from '../chat/conversation.ts';
import { useOf } from '../chat/windowControls.ts';

/** How the chat uses the window, and what is pinned in it: what a test is about. */
export interface ChatSettings {
  readonly controls: WindowControls;
  readonly pinned: Pinned;
}

/** One answer: whether it kept to what it was told. */
export type KeptRow = Pick<RetentionRow, 'pinned' | 'turn' | 'kept'>;

/** How long one model followed an instruction, as far as it was tested; none of its text. */
export interface RetentionTest {
  /** When it began, in milliseconds since 1970. */
  readonly at: number;
  /** Tokens. */
  readonly window: number;
  /** Absent from tests of older versions, which knew the window alone. */
  readonly scaling?: ScalingChoice | undefined;
  readonly constraints?: readonly Constraint[] | undefined;
  /** Whether words of the person were told with them. */
  readonly hasText?: boolean | undefined;
  readonly rows: readonly KeptRow[];
  readonly isComplete: boolean;
}

/** Whether a stored value is a test of retention. */
export const isRetentionTest = isObject<RetentionTest>({
  at: isCount,
  window: isCount,
  scaling: isMissingOr(isScalingChoice),
  constraints: isMissingOr(isListOf(isConstraint)),
  hasText: isMissingOr(isBoolean),
  rows: isListOf(isObject<KeptRow>({ pinned: isBoolean, turn: isCount, kept: isNullable(isBoolean) })),
  isComplete: isBoolean,
});

/** What testing needs from the engine. */
export interface RetentionEngine {
  testRetention(params: RetentionParams, signal: AbortSignal, onRow: (row: RetentionRow) => void): Promise<void>;
}

/** One test, and the callbacks for its progress. */
export interface RetentionTask {
  readonly model: Pick<ModelInfo, 'path'>;
  readonly chat: ChatSettings;
  readonly signal: AbortSignal;
  /** @param fraction done of all, 0–1 */
  readonly onProgress: (sofar: RetentionTest, fraction: number) => void;
  readonly now: () => number;
}

/**
 * Tests with the chat's window settings, and what is pinned there: the chosen rules, or all if none is chosen. Whatever ends it, all
 * results until then have been reported.
 * @throws PaddockError as the engine's client
 */
export async function testRetention(
  engine: RetentionEngine,
  { model, chat, signal, onProgress, now }: RetentionTask,
): Promise<void> {
  const { window, scaling, scalingValue: value } = chat.controls;
  const { use, overflow } = useOf(chat.controls);
  const { text, constraints } = toldOf(chat.pinned);
  const begun = { at: now(), window, scaling: { scaling, value }, constraints, hasText: text !== '' };
  const rows: KeptRow[] = [];
  await engine.testRetention(
    { model: model.path, use, overflow, text, constraints },
    signal,
    ({ pinned, turn, kept, fraction }) => {
      rows.push({ pinned, turn, kept });
      onProgress({ ...begun, rows: [...rows], isComplete: false }, fraction);
    },
  );
  onProgress({ ...begun, rows, isComplete: true }, 1);
}

/** The pinned text, if it is sent at all. */
function toldOf({ text, mode, constraints = [] }: Pinned): Required<Pick<RetentionParams, 'text' | 'constraints'>> {
  if (mode === 'off') return { text: '', constraints: CONSTRAINTS };
  return { text: text.trim(), constraints: constraints.length > 0 ? constraints : CONSTRAINTS };
}

/**
 * What the page shows of it.
 * @param when it began, as the person writes it
 * @param names of the rules in the language of the editor
 */
export function shownRetention(test: RetentionTest, when: string, names: Readonly<Record<Constraint, string>>): ShownRetention {
  const { window, scaling = { scaling: 'own', value: 1 }, constraints = CONSTRAINTS, hasText = false, rows, isComplete } = test;
  const rules = constraints.map((constraint) => names[constraint]);
  return { when, window, scaling, rules, hasText, isComplete, turns: retentionByTurn(rows) };
}
