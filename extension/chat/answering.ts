import { reserveOf } from '../../engine/index.ts';
import type { ChatEngine } from './chatEngine.ts';
import type { ChatHost } from './chatHost.ts';
import type { ChatListener } from './chatListener.ts';
import type { ChatWindow } from './chatWindow.ts';
import { type AnswerChange, addAnswers, branchTo, type Conversation, changeAnswer, leaveOutExamples } from './conversation.ts';
import { whyShort } from './cutShort.ts';
import { decisionFor } from './dial/decision.ts';
import { noteCrossing } from './dial/noteCrossing.ts';
import { decisionOf } from './dial/threshold.ts';
import type { Plan } from './gauge.ts';
import { Generation, samplingOf } from './generation.ts';
import { UnknownNames } from './names/unknownNames.ts';
import type { OpenConversations } from './openConversations.ts';
import { checksOf } from './pins/pinned.ts';
import { changeOf, type Drawn, draw } from './preference/drawing.ts';

/** Storage key of the conversation that was shown. */
export const CURRENT_KEY = 'chatConversation';

/** Identifiers of a new question and its answer. */
export interface NewIds {
  readonly question: string;
  readonly answer: string;
}

/** Generates answers, one at a time, and stores them. */
export class Answering {
  readonly #engine: ChatEngine;
  readonly #host: ChatHost;
  readonly #conversations: OpenConversations;
  readonly #window: ChatWindow;
  readonly #names: UnknownNames;
  readonly #listener: Pick<ChatListener, 'show' | 'onWindow'>;
  #generation: Generation | undefined;
  #ended: Promise<void> = Promise.resolve();

  constructor(
    engine: ChatEngine,
    host: ChatHost,
    conversations: OpenConversations,
    window: ChatWindow,
    listener: Pick<ChatListener, 'show' | 'onWindow'>,
  ) {
    this.#engine = engine;
    this.#host = host;
    this.#conversations = conversations;
    this.#window = window;
    this.#names = new UnknownNames(host, conversations);
    this.#listener = listener;
  }

  /** Whether a question is being answered, in whatever conversation. */
  get isBusy(): boolean {
    return this.#generation !== undefined;
  }

  /** Whether a question can be asked now. */
  get mayAsk(): boolean {
    return this.#window.model !== undefined && !this.#generation;
  }

  /** Waits until the answer under way has ended, for whatever reason, and is kept. */
  get ended(): Promise<void> {
    return this.#ended;
  }

  /** What has come of the answer under way, for a view of the panel; undefined where another conversation is being answered, or none. */
  streamed(conversation: string): { readonly answer: string; readonly text: string; readonly drawing: number } | undefined {
    const generation = this.#generation;
    if (generation?.conversation !== conversation) return undefined;
    return { answer: generation.answer, text: generation.takeText(), drawing: generation.drawing };
  }

  /** Ends the answer under way; what has come of it stays. */
  stop(): void {
    this.#generation?.stop();
  }

  /** Ends the answer under way if it is of this conversation, and waits until it is kept. */
  async leave(conversation: string): Promise<void> {
    if (this.#generation?.conversation !== conversation) return;
    this.#generation.stop();
    await this.#ended;
  }

  /**
   * Changes the conversation shown so that an answer is due, and generates it.
   * @param change gives back the same where there is nothing to answer
   * @param anyway answer even if the model would refuse
   */
  async give(change: (conversation: Conversation, ids: NewIds, now: number) => Conversation, anyway = false): Promise<void> {
    if (!this.mayAsk) return this.#host.log('The chat was asked while it could not answer.');
    const ids = { question: this.#host.newId(), answer: this.#host.newId() };
    const { current } = this.#conversations;
    const changed = change(current, ids, Date.now());
    if (changed === current) return;
    this.#ended = this.#answer(changed, ids.answer, anyway).finally(() => {
      this.#conversations.release(changed.id);
      if (this.#generation?.answer !== ids.answer) return;
      // If something threw, the chat would otherwise stay busy for ever.
      this.#generation = undefined;
      this.#listener.onWindow();
    });
    return this.#ended;
  }

  async #answer(conversation: Conversation, answer: string, anyway: boolean): Promise<void> {
    const { id } = conversation;
    const plan = this.#window.plan(conversation, branchTo(conversation, answer), anyway);
    if (!plan) return;
    const generation = new Generation(id, answer, {
      onPiece: (text) => id === this.#conversations.current.id && this.#host.post({ kind: 'piece', message: answer, text }),
      onKeep: (change) => this.#conversations.keep(id, (now) => changeAnswer(now, answer, change, Date.now())),
    });
    const { model } = plan;
    const count = anyway ? 1 : (this.#host.preferences.best(model.key)?.count ?? 1);
    this.#generation = generation;
    this.#conversations.hold(conversation);
    await this.#conversations.change(id, () => conversation);
    const unkept = (error: unknown) => this.#host.log(`It could not be kept which conversation is shown: ${String(error)}`);
    await this.#host.workspace.update(CURRENT_KEY, id).then(undefined, unkept);
    this.#listener.show();
    const params = { ...plan.params, ...(anyway ? {} : samplingOf(conversation, answer)) };
    const drawing = draw(generation, this.#engine, this.#host.preferences, params, { conversation, answer, model, count });
    // The number of candidates is known now.
    this.#listener.show();
    const { outcome, weighed, others } = await drawing;
    this.#generation = undefined;
    if (outcome.kind === 'failed') this.#host.log(`The chat got no answer: ${String(outcome.error)}`);
    const { text = '' } = outcome.change;
    const summary = outcome.kind === 'answered' ? outcome.answer.summary : undefined;
    const checks = text === '' ? [] : checksOf(conversation.pinned, text);
    const change = {
      ...outcome.change,
      error: this.#window.ended(outcome, plan),
      ...(checks.length > 0 && { checks }),
      ...(summary !== undefined && { summary }),
      ...decisionOf(outcome, plan),
      ...(weighed && { weighed }),
    };
    const beside = others.map((other) => this.#versionOf(conversation, other, change, plan));
    const unread = outcome.kind === 'answered' ? (outcome.answer.budget.examplesLeftOut ?? 0) : 0;
    await this.#conversations.change(id, (now) => {
      const answered = changeAnswer(now, answer, change, Date.now());
      return addAnswers(leaveOutExamples(answered, answer, unread), answer, beside);
    });
    this.#listener.onWindow();
    if (text === '') return;
    // Nobody waits for these.
    const onFound = () => this.#listener.show();
    void this.#names.note(conversation, { id: answer, text }, onFound);
    const wanted = { conversation: id, answer, plan, decision: change.decision };
    void noteCrossing(this.#engine, this.#host, this.#conversations, wanted, onFound);
  }

  /** What is stored of a candidate that is not the best, including its own decision. */
  #versionOf(
    { pinned }: Conversation,
    { answer, weighed }: Drawn['others'][number],
    best: AnswerChange,
    { model, params }: Plan,
  ): AnswerChange & { readonly id: string } {
    const error = whyShort(answer, reserveOf(params), this.#host.words);
    const decision = decisionFor(answer, model, params);
    const own = { ...changeOf(answer, best), error, checks: checksOf(pinned, answer.text), ...(decision && { decision }) };
    return { id: this.#host.newId(), ...own, weighed };
  }
}
