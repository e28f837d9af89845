import { readingOrder } from '../prompt/readingOrder.ts';
import { Beginning } from '../sampling/beginning.ts';
import { type Choice, GREEDY } from '../sampling/sampler.ts';
import type { Session } from '../session/session.ts';
import { type Candidate, generateCandidates } from './candidates.ts';
import { around, type CompletionOptions, type CompletionRequest, complete, LINE_END, promptOf } from './complete.ts';
import type { LanguageModel } from './model.ts';
import { type GeneratedText, marksOf, type TokenMark, untilEnd } from './streamText.ts';
import { TextStream } from './textStream.ts';

/** Tokens of a candidate, at most: three side by side fit into what a full window leaves for a completion. */
const MOST_TOKENS = 20;

/** Places at which a candidate may part from the most probable line: the choices behind them must still fit. */
const LAST_PARTING = 12;

/** Alternatives considered at each place. */
const ALTERNATIVES = 4;

/** One way to end the line. */
export interface LineCandidate extends Pick<GeneratedText, 'text' | 'finish'> {
  readonly marks: readonly TokenMark[];
}

/**
 * Different ways to end the cursor's line: first what {@link complete} says, then others, the more probable before the less. The others part
 * from it where the model was least sure: of all tokens that might have been chosen instead, those whose line up to there is most probable
 * are taken, and completed side by side (the first deviations of a search for the best paths, Yen 1971).
 * @param count of lines, the first included, at most
 * @throws PaddockError `cancelled`, `runtime`
 */
export async function lineCandidates(
  model: LanguageModel,
  session: Session,
  request: CompletionRequest,
  count: number,
  options: CompletionOptions = {},
): Promise<LineCandidate[]> {
  const sampling = { ...GREEDY, alternatives: ALTERNATIVES };
  // As if computed ahead, so that only the completion of this very place is learned from.
  const first = await untilEnd(complete(model, session, { ...request, multiline: false, ahead: true, sampling }, options));
  const starts = partings(model, first.tokens ?? [], count);
  if (starts.length === 0) return [first];
  const others = await linesFrom(model, session, request, starts, options);
  const sorted = others.sort((a, b) => probabilityOf(b) - probabilityOf(a));
  const lines = [first, ...sorted].filter(({ text }, i, all) => i === 0 || isNew(text, all.slice(0, i)));
  return lines.slice(0, count);
}

/** Beginnings of other lines, as many as are asked for, the most probable first. */
function partings({ tokenizer, stopTokens }: LanguageModel, line: readonly Choice[], count: number): number[][] {
  const found: { readonly start: number[]; readonly logProbability: number }[] = [];
  const tokens = line.map(({ token }) => token);
  let before = 0;
  for (const [i, { token, logProbability, alternatives = [] }] of line.slice(0, LAST_PARTING).entries()) {
    const rest = tokenizer.decode(tokens.slice(i));
    for (const other of alternatives) {
      const text = tokenizer.texts[other.token] ?? '';
      const endsLine = stopTokens.has(other.token) || text.includes('\n');
      // A token that begins the same text would mostly lead to the same text in other tokens.
      if (other.token === token || endsLine || text === '' || rest.startsWith(text)) continue;
      found.push({ start: [...tokens.slice(0, i), other.token], logProbability: before + other.logProbability });
    }
    before += logProbability;
  }
  const sorted = found.sort((a, b) => b.logProbability - a.logProbability);
  return sorted.slice(0, count).map(({ start }) => start);
}

async function linesFrom(
  model: LanguageModel,
  session: Session,
  request: CompletionRequest,
  starts: readonly (readonly number[])[],
  { workspace, signal, pause }: CompletionOptions,
): Promise<LineCandidate[]> {
  const { tokenizer, stopTokens, config } = model;
  const { tokens: prompt, healed } = promptOf(model, session, request);
  const remembers = (request.memory ?? true) && config.answerStart === undefined;
  const read = readingOrder(prompt, tokenizer);
  const streams = starts.map(() => new TextStream(tokenizer, [LINE_END], healed));
  const { candidates } = await generateCandidates(session, prompt, {
    count: starts.length,
    maxTokens: Math.min(request.maxTokens, MOST_TOKENS),
    sampling: GREEDY,
    stopTokens,
    starts,
    beginning: () => new Beginning(tokenizer.texts, healed),
    recall: () => (remembers ? workspace?.recall(read, request.path, around(request, read, model, session)) : undefined),
    isDone: (candidate, token) => streams[candidate]?.push(token).ended ?? true,
    signal,
    pause,
  });
  return streams.map((stream, i) => {
    const { tokens, finish } = candidates[i] as Candidate;
    stream.finish();
    return { text: stream.text, finish, marks: marksOf(stream, tokens) };
  });
}

function probabilityOf({ marks }: LineCandidate): number {
  return marks.reduce((sum, { logProbability }) => sum + logProbability, 0);
}

/** Whether a line says something that none of the others says. */
function isNew(text: string, others: readonly LineCandidate[]): boolean {
  return text.trim() !== '' && !others.some((other) => other.text.trim() === text.trim());
}
