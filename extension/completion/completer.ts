import { type CompleteParams, isPaddockError } from '../../engine/index.ts';
import type { CompletionReport } from '../engineState.ts';
import { typedBetween } from './agreement.ts';
import { CompletionCache } from './cache.ts';
import { Calibration } from './calibration.ts';
import { type CompletionEngine, type ComputationListener, type Computed, compute, type Kind, type Task } from './computation.ts';
import { type CursorContext, cursorContext } from './context.ts';
import { debounce } from './debounce.ts';
import { Flight, type Run } from './flight.ts';
import { type Begun, type Evidence, evidenceOf, firstLine, type Suggestion, tokensOf } from './likelihood.ts';
import { type Multiline, wantsMultiline } from './multiline.ts';
import { NegativeCache } from './negativeCache.ts';
import { OtherLines } from './otherLines.ts';
import { replacedClosers } from './overlap.ts';
import { type Fitted, refit } from './postprocess.ts';
import { type Eagerness, isWorthShowing, logOdds } from './showFilter.ts';
import type { Silence, SilenceReason } from './silence.ts';
import { ToldSuffix } from './toldSuffix.ts';
import { isInsideWord, isWorthReading } from './when.ts';

/** How long a computation continues while nobody waits for it, in milliseconds; if there is another request, it comes sooner than this. */
const PATIENCE = 1_000;

/** A request of the editor that is worth an answer. */
export interface CompletionQuery {
  readonly context: CursorContext;
  /** Whether the person asked, rather than the editor while they type. */
  readonly manual: boolean;
  /** How likely a suggestion must be that the person did not ask for. */
  readonly eagerness: Eagerness;
  /** Whether a suggestion has been accepted right before. */
  readonly afterAcceptance: boolean;
  /** Whether the suggestion that would follow the acceptance of this one is worth computing. */
  readonly lookAhead: boolean;
  /** How long to wait before the engine is asked, in milliseconds. */
  readonly waitMs: number;
  readonly maxTokens: number;
  /** One line or a block; automatic unless told. */
  readonly multiline?: Multiline;
  /** Whether the memory of the workspace may be drawn on. */
  readonly memory: boolean;
  /** What is told of other files. */
  readonly other?: Pick<CompleteParams, 'related' | 'project'>;
}

/** A suggestion, or what is left of it. */
interface Rest {
  readonly text: string;
  readonly of: Suggestion;
  /** Characters of it that are typed already. */
  readonly typed: number;
}

/** Reported with every outcome. */
type Measured = Pick<CompletionReport, 'elapsedMs' | 'stats'>;

/** What a request came to. */
export type Outcome = CompletionReport | Silence;

/**
 * Answers requests for suggestions, one computation at a time: from what it knows, from the computation under way while that agrees with
 * what is typed, else by a new one, for which the one before is aborted. While a suggestion is on the screen, the one that would follow it
 * is computed, so that it is there when the first is accepted.
 */
export class Completer {
  readonly #engine: CompletionEngine;
  readonly #listener: ComputationListener;
  readonly #cache = new CompletionCache<Suggestion>();
  readonly #negatives = new NegativeCache();
  readonly #calibration = new Calibration();
  readonly #others: OtherLines;
  readonly #suffix = new ToldSuffix();
  #flight: Flight<Computed> | undefined;
  /** What was offered last, if it was shown. */
  #shown: Suggestion | undefined;

  constructor(engine: CompletionEngine, listener: ComputationListener) {
    this.#engine = engine;
    this.#listener = listener;
    this.#others = new OtherLines(engine, listener);
  }

  /** Log-probabilities of the tokens of a text that was just suggested; undefined if it is not the rest of what the model said. */
  tokensOf(text: string): readonly number[] | undefined {
    const shown = this.#shown;
    if (!shown?.text.endsWith(text) || !shown.said.startsWith(shown.text)) return undefined;
    return tokensOf(shown, shown.text.length - text.length, text);
  }

  /** Ends what is under way, because the person does something else. */
  stop(): void {
    this.#flight?.abort();
    this.#others.stop();
  }

  /** Forgets its suggestions, because from now on they would be different. */
  forget(): void {
    this.stop();
    this.#cache.clear();
    this.#negatives.clear();
    this.#suffix.forget();
    this.#shown = undefined;
  }

  /** Forgets accuracy and speed, too, because another model is open. */
  clear(): void {
    this.forget();
    this.#calibration.clear();
    this.#others.clear();
  }

  /** Never rejects. @param signal aborted when the editor does not wait any more; the computation may continue nevertheless */
  async complete(query: CompletionQuery, signal: AbortSignal): Promise<Outcome> {
    this.#others.stop();
    const outcome = await this.#complete(query, signal);
    if (!('text' in outcome) || signal.aborted) return outcome;
    const others = query.manual ? await this.#otherLines(query, outcome.text, signal) : [];
    if (query.lookAhead && !signal.aborted) this.#lookAhead(query, outcome.text);
    return others.length > 0 ? { ...outcome, others } : outcome;
  }

  async #otherLines(query: CompletionQuery, first: string, signal: AbortSignal): Promise<readonly string[]> {
    if (!this.#others.areAffordable) return [];
    // They run on the same timeline.
    if (this.#flight?.isUnderWay) this.#flight.abort();
    return this.#others.ask(this.#paramsOf(query), first, query.context, signal);
  }

  async #complete(query: CompletionQuery, signal: AbortSignal): Promise<Outcome> {
    this.#calibration.observe(query.context);
    const known = this.#known(query.context);
    const offered = known && this.#offer(query, known, { elapsedMs: 0 });
    if (offered) return offered;
    const silence = this.#negatives.at(query.context);
    // A request by hand is meant, and after an acceptance a block is wanted.
    if (silence && !query.manual && !query.afterAcceptance) return { silence, elapsedMs: 0 };
    const started = performance.now();
    try {
      const whole = known?.of.begun && (await this.#answer(this.#whole(known.of.begun), query, started, signal));
      if (whole) return whole;
      const joined = this.#flight?.covers(query.context) && (await this.#answer(this.#flight, query, started, signal));
      if (joined) return joined;
      this.stop();
      const waitedMs = performance.now() - started;
      if (!(await debounce(query.waitMs - waitedMs, signal))) return { silence: 'typed-on' };
      // Another editor may have begun one meanwhile.
      this.stop();
      const flight = this.#launch(this.#taskOf(query, 'request'));
      return (await this.#answer(flight, query, performance.now(), signal)) ?? { silence: 'typed-on' };
    } catch (error) {
      return { silence: silenceOf(error) };
    }
  }

  /** A cached suggestion that still fits. */
  #known(context: CursorContext): Rest | undefined {
    const found = this.#cache.get(context);
    if (!found) return undefined;
    const { known: of, typed } = found;
    const rest = restOf(of, typed, context);
    return 'text' in rest ? { text: rest.text, of, typed } : undefined;
  }

  /**
   * Shows a suggestion, or the rest of one, if it is likely enough for how it was asked for. What is on the screen stays there while it is
   * typed: it has been read already.
   * @returns undefined for one that would be shown and of which there is only the first line
   */
  #offer(query: CompletionQuery, { text, of, typed }: Rest, measured: Measured): Outcome | undefined {
    const evidence = evidenceOf(of, typed);
    this.#calibration.expect(query.context, firstLine(text), logOdds(evidence));
    const isShown = query.manual || of === this.#shown || this.#isWorthShowing(evidence, query.eagerness);
    if (isShown && of.begun) return undefined;
    this.#shown = isShown ? of : undefined;
    return isShown ? { text, ...measured } : { silence: 'unlikely', ...measured };
  }

  #isWorthShowing(evidence: Evidence, eagerness: Eagerness): boolean {
    return isWorthShowing(this.#calibration.probability(logOdds(evidence)), evidence.characters, eagerness);
  }

  /** A flight's result for a query; undefined if it disagrees with what was typed there. */
  async #answer(
    flight: Flight<Computed>,
    query: CompletionQuery,
    started: number,
    signal: AbortSignal,
  ): Promise<Outcome | undefined> {
    const { context, manual } = query;
    const computed = await flight.ride(context, signal);
    const typed = typedBetween(flight.context, context);
    if (!computed || typed === undefined) return undefined;
    const { fitted, stats } = computed;
    const measured = { elapsedMs: performance.now() - started, stats };
    if (typed === '' && 'silence' in fitted) return { silence: fitted.silence, ...measured };
    if ('silence' in fitted || fitted.text.length <= typed.length || !fitted.text.startsWith(typed)) return undefined;
    const rest = typed === '' ? fitted : restOf(fitted, typed.length, context);
    if ('silence' in rest) return { silence: rest.silence, ...measured };
    if (!manual && !isWorthReading(fitted.text)) return { silence: 'too-short', ...measured };
    const offered = this.#offer(query, { text: rest.text, of: fitted, typed: typed.length }, measured);
    return offered ?? (fitted.begun && this.#answer(this.#whole(fitted.begun), query, started, signal));
  }

  /** The computation of all of a block that its first line hid: the person writes that line, or asks by hand. */
  #whole({ context, params }: Begun): Flight<Computed> {
    if (this.#flight?.isUnderWay && this.#flight.context === context) return this.#flight;
    this.stop();
    return this.#launch({ params: { ...params, ahead: false }, context, kind: 'request' });
  }

  #lookAhead(query: CompletionQuery, text: string): void {
    const { path, prefix, suffix, languageId, indent } = query.context;
    const rest = suffix.slice(replacedClosers(text, query.context));
    const context = cursorContext({ path, prefix: prefix + text, suffix: rest }, languageId, indent);
    // While the person types what is suggested, this stays the same place.
    const isComputed = this.#flight?.context.prefix === context.prefix && this.#flight.covers(context);
    if (isComputed || isInsideWord(context.lineSuffix) || this.#known(context) !== undefined) return;
    this.stop();
    this.#launch(this.#taskOf({ ...query, context, afterAcceptance: true }, 'look-ahead'));
  }

  #launch(task: Task): Flight<Computed> {
    const { params, context, kind } = task;
    const run: Run<Computed> = async (signal, onText) => {
      const computed = await compute(this.#engine, task, this.#listener, signal, onText);
      const { fitted, stats } = computed;
      this.#others.note(stats);
      // A result nobody waited for is cached all the same, for when they come back.
      if ('text' in fitted && isWorthReading(fitted.text)) this.#cache.set(context, fitted);
      else if (params.multiline) this.#cache.delete(context);
      else this.#negatives.note(context, computed);
      return computed;
    };
    // What is computed ahead is kept until something else is requested.
    this.#flight = new Flight(context, run, kind === 'request' ? PATIENCE : Number.POSITIVE_INFINITY);
    return this.#flight;
  }

  #taskOf(query: CompletionQuery, kind: Kind): Task {
    const { context, manual, eagerness } = query;
    const wouldShow = (evidence: Evidence) => this.#isWorthShowing(evidence, eagerness);
    return { params: this.#paramsOf(query, kind === 'look-ahead'), context, kind, ...(!manual && { wouldShow }) };
  }

  #paramsOf(query: CompletionQuery, ahead = false): CompleteParams {
    const { context, maxTokens, memory, other, afterAcceptance } = query;
    const { path, prefix } = context;
    const suffix = this.#suffix.at(context, ahead);
    const multiline = wantsMultiline(context, afterAcceptance, query.multiline);
    return { prefix, suffix, path, maxTokens, multiline, memory, ahead, ...other };
  }
}

/** What of a suggestion can be shown where so many of its characters are typed; of one that nobody sees, all that is left. */
function restOf({ text, begun }: Suggestion, typed: number, context: CursorContext): Fitted {
  const rest = text.slice(typed);
  return begun ? { text: rest } : refit(rest, context);
}

function silenceOf(error: unknown): SilenceReason {
  if (isPaddockError(error, 'cancelled')) return 'typed-on';
  if (isPaddockError(error, 'engine-gone')) return 'engine-gone';
  return isPaddockError(error, 'no-model') ? 'engine-failed' : 'error';
}
