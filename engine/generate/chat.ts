import type { Conversation, Turn } from '../chat/conversation.ts';
import { type Format, templateFor } from '../chat/formats.ts';
import { endsInLoop } from '../chat/loop.ts';
import { type ChatPlan, type PlanOptions, type Prompter, planChat } from '../chat/plan.ts';
import { isPaddockError, PaddockError } from '../errors.ts';
import { checkMaxTokens } from '../sampling/options.ts';
import { GREEDY, type SamplingOptions } from '../sampling/sampler.ts';
import type { Session } from '../session/session.ts';
import { classifyAnswer } from '../tuning/audit/classify.ts';
import { type ChatOptions, type ChatRequest, reserveOf } from './chatRequest.ts';
import { cameToRefusal, weigh } from './decision.ts';
import type { LanguageModel } from './model.ts';
import { type GeneratedText, streamText } from './streamText.ts';
import { summaryOf, summaryTokens, withSummary } from './summary.ts';

/** How much of the window a prompt takes, and what was left out of it. */
export type ChatBudget = Omit<ChatPlan, 'tokens'> & {
  readonly promptTokens: number;
  /** The prompt format that was used. */
  readonly format: Format | 'own';
  /** Bytes of keys and values with prompt and answer. */
  readonly cacheBytes: number;
  /** True if a summary stands for the turns left out. */
  readonly isSummedUp?: true;
};

export interface ChatAnswer extends GeneratedText {
  readonly budget: ChatBudget;
  /** The summary that stood for the turns left out. */
  readonly summary?: string;
  /**
   * How probable a refusal was, and whether the model refused: for models that decide by a first token, and for others if a threshold was
   * given.
   */
  readonly refusal?: { readonly probability: number; readonly refused: boolean };
}

/** The default sampling of answers: greedy, with a small penalty against repetition, to which small models tend. */
const CHAT_SAMPLING: SamplingOptions = { ...GREEDY, repetitionPenalty: 1.15 };

/**
 * What of a conversation fits into a window, and its tokens, without running the model.
 * @param name what the model is called
 * @param window tokens of context
 * @throws PaddockError as `planChat`
 */
export function budgetOf(model: LanguageModel, name: string, window: number, request: ChatRequest): ChatBudget {
  return plan(model, name, window, request).budget;
}

/**
 * Answers the last turn of a conversation.
 * @yields pieces of text as they are generated
 * @throws PaddockError `bad-request` for one that does not fit, before anything is run; `cancelled`, `runtime`
 */
export async function* chat(
  model: LanguageModel,
  session: Session,
  request: ChatRequest,
  { name, signal, pause, onToken }: ChatOptions,
): AsyncGenerator<string, ChatAnswer> {
  const { tokens, stops, budget, summary } = await settled(model, session, request, { name, signal, pause });
  if (request.sampling?.repeatable) session.forgetUneven();
  const decision = await weigh(model, session, tokens, request, { signal, pause });
  const enough = new AbortController();
  const text = streamText(model, session, decision?.token === undefined ? tokens : [...tokens, decision.token], {
    maxTokens: request.maxTokens,
    sampling: request.sampling ?? CHAT_SAMPLING,
    stops: [...stops, ...(request.stop ?? [])],
    speculate: request.speculate,
    ...(decision?.first && { beginning: { text: '', constraint: decision.first } }),
    signal,
    enough: enough.signal,
    pause,
    onToken,
  });
  const generated = yield* untilLoop(text, () => enough.abort());
  const about = { budget, ...(summary !== undefined && { summary }) };
  if (!decision) return { ...generated, ...about };
  // The prompt was run for the decision.
  const { reusedTokens, prefillMs, probability } = decision;
  const refused = cameToRefusal(decision, classifyAnswer(generated.text));
  const stats = { ...generated.stats, reusedTokens, prefillMs: prefillMs + generated.stats.prefillMs };
  return { ...generated, ...about, stats, refusal: { probability, refused } };
}

/**
 * How probable a refusal of the last turn is, from one prefill, generating nothing: by the token that decides or, if the model has none
 * and `refuseAbove` is given, by what refusals begin with.
 * @returns 0–1; undefined for other models, which are not run
 * @throws PaddockError as {@link chat}
 */
export async function refusalProbability(
  model: LanguageModel,
  session: Session,
  request: ChatRequest,
  options: ChatOptions,
): Promise<number | undefined> {
  const { tokens } = await settled(model, session, request, options);
  return (await weigh(model, session, tokens, request, options))?.probability;
}

/** Passes pieces on, and reports when they have become a loop, which nobody wants to read. */
async function* untilLoop<Result>(pieces: AsyncGenerator<string, Result>, onLoop: () => void): AsyncGenerator<string, Result> {
  let said = '';
  for (;;) {
    const next = await pieces.next();
    if (next.done) return next.value;
    said += next.value;
    yield next.value;
    if (endsInLoop(said)) onLoop();
  }
}

/** The plan, with a summary of all it leaves out if that was requested and there is room for one. */
export async function settled(model: LanguageModel, session: Session, request: ChatRequest, options: ChatOptions) {
  const window = session.contextLength;
  const roomy = plan(model, options.name, window, request);
  if (!roomy.budget.isSummedUp) return { ...roomy, summary: undefined };
  let { leftOut } = roomy.budget;
  for (;;) {
    const turns = leftOut.map((turn) => request.conversation.turns[turn] as Turn);
    const summary = await summaryOf(model, session, turns, request, options);
    const conversation = withSummary(request.conversation, summary);
    // Written out, it may take more tokens than the model did to say it.
    const told = planned(() => plan(model, options.name, window, { ...request, conversation, overflow: 'oldest' }));
    if (!told) return { ...plan(model, options.name, window, { ...request, overflow: 'oldest' }), summary: undefined };
    const more = told.budget.leftOut.filter((turn) => !leftOut.includes(turn));
    if (more.length === 0) return { ...told, budget: { ...told.budget, isSummedUp: true as const }, summary };
    leftOut = [...leftOut, ...more].sort((a, b) => a - b);
  }
}

function plan(model: LanguageModel, name: string, window: number, request: ChatRequest) {
  checkMaxTokens(request.maxTokens);
  const { tokenizer, config, runtime } = model;
  if (config.answerStart !== undefined) {
    throw new PaddockError('bad-request', `${config.family} reads an input and writes an answer to it; it does not converse.`);
  }
  const { source, format, stops } = templateFor(tokenizer, name, request.format);
  const reserve = Math.min(reserveOf(request), window >> 1);
  const prompter = { template: source, tokenizer };
  const overflow = request.overflow === 'summary' ? 'oldest' : request.overflow;
  const whole = planChat(request.conversation, prompter, { window, reserve, overflow });
  const isShort = request.overflow === 'summary' && whole.leftOut.length > 0;
  const roomy = isShort ? withRoom(request.conversation, prompter, { window, reserve, overflow }) : undefined;
  const { tokens, ...rest } = roomy ?? whole;
  const cacheBytes = (tokens.length + reserve) * runtime.cacheBytesPerToken;
  const summedUp = roomy && { isSummedUp: true as const };
  const budget: ChatBudget = { ...rest, reserve, promptTokens: tokens.length, format, cacheBytes, ...summedUp };
  return { tokens, stops, budget };
}

/** The plan with room for a summary that is yet to be written; undefined if the message leaves no room. */
function withRoom(conversation: Conversation, prompter: Prompter, options: PlanOptions): ChatPlan | undefined {
  const reserve = options.reserve + summaryTokens(options.window);
  return planned(() => planChat(withSummary(conversation, ''), prompter, { ...options, reserve }));
}

/** A plan; undefined if nothing more can be left out and it still does not fit. */
function planned<Plan>(make: () => Plan): Plan | undefined {
  try {
    return make();
  } catch (error) {
    if (isPaddockError(error, 'bad-request')) return undefined;
    throw error;
  }
}
