import type { ChatBudget, ChatParams, MeasureContextParams, MeasuredRow, ModelInfo } from '../../engine/index.ts';
import type { MeasureChoice } from '../../webview/protocol/context.ts';
import { medianOf } from '../median.ts';
import { type CodeFile, chooseTexts, questionsOf } from './chooseTexts.ts';
import { type LossRow, type Measurement, namedScaling, type ScoreRow } from './measurement.ts';

/** What measuring needs from the engine. */
export interface MeasuringEngine {
  measureContext(params: MeasureContextParams, signal: AbortSignal, onRow: (row: MeasuredRow) => void): Promise<void>;
  planChat(params: ChatParams): Promise<ChatBudget>;
  countTokens(texts: readonly string[]): Promise<readonly number[]>;
}

/** Characters whose tokens are counted at once, so that a completion never waits long behind them. */
const AT_ONCE = 32_768;

/** Counts the tokens of files. @throws PaddockError `no-model`, `engine-gone` */
export async function countFiles(
  engine: MeasuringEngine,
  files: readonly Omit<CodeFile, 'tokens'>[],
  signal: AbortSignal,
): Promise<CodeFile[]> {
  const counted: CodeFile[] = [];
  for (let next = 0; next < files.length && !signal.aborted; ) {
    const batch = [];
    for (let characters = 0; next < files.length && characters < AT_ONCE; next++) {
      const file = files[next];
      if (file) batch.push(file);
      characters += file?.text.length ?? 0;
    }
    const tokens = await engine.countTokens(batch.map(({ text }) => text));
    counted.push(...batch.map((file, i) => ({ ...file, tokens: tokens[i] ?? 0 })));
  }
  return counted;
}

/** One measurement, and the callbacks for its progress. */
export interface Task {
  readonly model: ModelInfo;
  readonly files: readonly CodeFile[];
  readonly choice: MeasureChoice;
  readonly signal: AbortSignal;
  /** @param fraction done of all work, 0–1 */
  readonly onProgress: (sofar: Measurement, fraction: number) => void;
  /** Milliseconds of a monotonic clock, and of the wall clock. */
  readonly clock: () => number;
  readonly now: () => number;
}

/**
 * Measures. Whatever ends it, all results until then have been reported.
 * @throws PaddockError as the engine's client
 */
export async function measure(engine: MeasuringEngine, task: Task): Promise<void> {
  const { model, choice, signal, clock } = task;
  const texts = chooseTexts(task.files, choice.window, choice.texts);
  const questions = await askable(engine, questionsOf(texts).slice(0, Math.ceil(choice.texts / 2)), choice.window);
  const losses: LossRow[] = [];
  const scores: ScoreRow[] = [];
  const durations: number[] = [];
  const begun = { at: task.now(), window: choice.window, scalings: choice.scalings };
  const bytesPerToken = await bytesOfToken(engine, choice.window);
  let last = clock();
  const tell = (fraction: number, isComplete: boolean) => {
    // The first stretch waited for the texts to be read.
    const msPerToken = medianOf(durations.length > 1 ? durations.slice(1) : durations);
    task.onProgress({ ...begun, losses: [...losses], scores: [...scores], msPerToken, bytesPerToken, isComplete }, fraction);
  };
  tell(0, false);
  const params: MeasureContextParams = {
    model: model.path,
    texts: texts.map(({ text }) => text),
    stretches: choice.texts,
    questions,
    window: choice.window,
    scalings: choice.scalings.map((scaling) => namedScaling(scaling, model)),
  };
  await engine.measureContext(params, signal, (row) => {
    if (row.kind === 'loss') {
      durations.push((clock() - last) / choice.window);
      losses.push({ scaling: row.scaling, losses: row.losses });
    } else {
      scores.push({ scaling: row.scaling, length: row.length ?? null, score: row.score });
    }
    last = clock();
    tell(row.fraction, false);
  });
  tell(1, true);
}

/** Questions whose text is as long as the window; the others would end before the longest length. */
async function askable(engine: MeasuringEngine, questions: ReturnType<typeof questionsOf>, window: number) {
  const kept: typeof questions = [];
  for (const question of questions) {
    const [tokens = 0] = await engine.countTokens([question.rest]);
    if (tokens >= window) kept.push(question);
  }
  return kept;
}

/** Bytes of keys and values per token, derived from a short message; null if unknown. */
async function bytesOfToken(engine: MeasuringEngine, window: number): Promise<number | null> {
  const maxTokens = window >> 1;
  const params: ChatParams = {
    conversation: {
      system: '',
      pinned: { text: '', mode: 'off' },
      turns: [{ content: [{ kind: 'text', text: '?' }] }],
    },
    overflow: 'oldest',
    maxTokens,
    use: { window },
  };
  try {
    const { cacheBytes, promptTokens, reserve } = await engine.planChat(params);
    return cacheBytes / (promptTokens + reserve);
  } catch {
    return null;
  }
}
