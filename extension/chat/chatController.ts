import type { ChatView } from '../../webview/protocol/chat.ts';
import type { ChatIntent } from '../../webview/protocol/chatIntents.ts';
import type { WindowControls } from '../../webview/protocol/chatWindow.ts';
import { AttachmentCosts } from './attachmentCosts.ts';
import type { ChatEngine } from './chatEngine.ts';
import type { Attached, ChatHost } from './chatHost.ts';
import { chatView, shownAttachment } from './chatView.ts';
import { ChatWindow } from './chatWindow.ts';
import {
  ask,
  branchOf,
  branchTo,
  type Conversation,
  changeAnswer,
  edit,
  type Message,
  messageOf,
  regenerate,
  regenerateRefused,
} from './conversation.ts';
import { changed } from './conversationIntents.ts';
import type { ConversationStore } from './conversationStore.ts';
import { ANYWAY, decisionOf } from './dial/threshold.ts';
import { Draft } from './draft.ts';
import { inEditor } from './editorIntents.ts';
import { FewShot } from './fewShot/fewShot.ts';
import { Generation, samplingOf } from './generation.ts';
import { inHistory } from './historyIntents.ts';
import { noteUnknown } from './names/noteUnknown.ts';
import { OpenConversations } from './openConversations.ts';
import { checksOf } from './pins/pinned.ts';
import { isAboutCode, slashed } from './slashCommands.ts';

/** Under which it is remembered which conversation was shown. */
const CURRENT_KEY = 'chatConversation';
/** Under which it is remembered, for all workspaces, whether answers are shaded. */
const SHADING_KEY = 'chatShading';

/** The chat: what the person wants becomes a change of conversations, questions to the engine, and what the panel shows. */
export class ChatController {
  readonly #engine: ChatEngine;
  readonly #host: ChatHost;
  readonly #conversations: OpenConversations;
  readonly #window: ChatWindow;
  readonly #costs: AttachmentCosts;
  readonly #fewShot: FewShot;
  readonly #listener: { dispose(): void };
  readonly #draft: Draft;
  #generation: Generation | undefined;
  #ended: Promise<void> = Promise.resolve();
  #showing = false;

  constructor(engine: ChatEngine, store: ConversationStore, host: ChatHost) {
    this.#engine = engine;
    this.#host = host;
    this.#conversations = new OpenConversations(store, () => host.newId());
    this.#window = new ChatWindow(engine, host.everywhere, host.words, (othersLeftOut) =>
      othersLeftOut ? this.show() : this.#showGauge(),
    );
    this.#draft = new Draft(
      () => host.newId(),
      () => host.selection(),
    );
    this.#costs = new AttachmentCosts(engine, () => this.show());
    this.#fewShot = new FewShot(engine, host, () => {
      this.#measureDraft();
      this.show();
    });
    this.#listener = engine.onDidChangeState(() => this.#onEngine());
  }

  /** Shows the conversation that was shown last. */
  async start(): Promise<void> {
    const id = this.#host.workspace.get(CURRENT_KEY);
    await this.#conversations.refresh();
    if (typeof id === 'string') await this.#conversations.show(id);
    this.#onEngine();
    this.show();
  }

  dispose(): void {
    this.#listener.dispose();
    this.#window.dispose();
    this.#generation?.stop();
  }

  /** The messages of the branch that is shown. */
  get messages(): Message[] {
    return branchOf(this.#current).map(({ message }) => message);
  }

  /** Whether a question is being answered, in whatever conversation. */
  get isBusy(): boolean {
    return this.#generation !== undefined;
  }

  /** How the window of the open model is used; undefined where none is open. */
  get controls(): WindowControls | undefined {
    return this.#window.controls;
  }

  /** Waits until the answer under way has ended, for whatever reason, and is kept. */
  get ended(): Promise<void> {
    return this.#ended;
  }

  /** Does what the person wants. Never rejects: what goes wrong is said in the log. */
  async answerIntent(intent: ChatIntent): Promise<void> {
    try {
      await this.#act(intent);
    } catch (error) {
      this.#host.log(
        `The chat could not do "${intent.kind}": ${error instanceof Error ? (error.stack ?? error.message) : error}`,
      );
    }
  }

  /**
   * Asks something in the conversation that is shown, with these attachments and no others; what is being written stays.
   * @returns the answer as it has ended; undefined where nothing can be asked now
   */
  async ask(text: string, attached: readonly Attached[] = []): Promise<Message | undefined> {
    if (!this.#mayAsk()) return undefined;
    const attachments = attached.map((each) => ({ id: this.#host.newId(), ...each }));
    const examples = await this.#fewShot.of(text, attachments);
    if (!this.#mayAsk()) return undefined;
    const { id } = this.#current;
    let answer = '';
    await this.#again((now, ids) => {
      answer = ids.answer;
      return ask(this.#current, ids, text, attachments, now, examples);
    });
    const conversation = await this.#conversations.stored(id);
    return conversation && messageOf(conversation, answer);
  }

  /** Attaches something to the message that is being written. */
  attach(attached: readonly Attached[]): void {
    this.#draft.attach(attached);
    this.#onWindow();
  }

  /** Looks what other windows have done. */
  async refresh(): Promise<void> {
    await this.#conversations.refresh();
    this.show();
  }

  /** Sends the panel all that it shows, once for all changes that come together. */
  show(): void {
    if (this.#showing) return;
    this.#showing = true;
    queueMicrotask(() => {
      this.#showing = false;
      this.#host.post(this.#view());
    });
  }

  async #act(intent: ChatIntent): Promise<void> {
    switch (intent.kind) {
      case 'ready':
        return this.#begun();
      case 'send':
        return this.#send(intent.text);
      case 'draft':
        this.#draft.text = intent.text;
        return this.#onDraft();
      case 'stop':
        return this.#generation?.stop();
      case 'regenerate':
        return this.#again((now, ids) => regenerate(this.#current, intent.message, ids.answer, now));
      case 'edit':
        return this.#edit(intent.message, intent.text);
      case 'version':
      case 'pin':
      case 'pinTurn':
        return this.#change((conversation) => changed(conversation, intent));
      case 'moveDial':
        if (intent.move) await this.#window.dial.letPass(messageOf(this.#current, intent.message)?.decision);
        return this.#change((conversation) => changed(conversation, intent));
      case 'answerAnyway':
        return this.#again((now, ids) => regenerateRefused(this.#current, intent.message, ids.answer, now), true);
      case 'refusals':
        await this.#window.dial.use(intent.settings);
        return this.#onWindow();
      case 'shade':
        await this.#host.everywhere.update(SHADING_KEY, intent.on);
        return this.show();
      case 'controls':
        await this.#window.use(intent.controls);
        return this.#onWindow();
      case 'new':
        return this.#begin();
      case 'delete':
        return this.#delete(intent.id);
      case 'attach':
        return this.#attached(await this.#host.attach(intent.what));
      case 'drop':
        return this.#attached(await this.#host.attachUris(intent.uris));
      case 'detach':
        this.#draft.detach([intent.id]);
        return this.#onWindow();
      case 'examples':
        await this.#fewShot.want(intent.wanted);
        return this.#onWindow();
      case 'copy':
        return this.#host.copy(messageOf(this.#current, intent.message)?.text ?? '');
      case 'open':
      case 'rename':
      case 'export':
      case 'search':
        return (await inHistory(this.#conversations, this.#host, intent)) ? this.#onCurrent() : this.show();
      default:
        return inEditor(this.#host, intent);
    }
  }

  /** The panel is there. */
  #begun(): void {
    this.#host.wakeEngine();
    this.#host.post(this.#view());
    if (this.#draft.text !== '') this.#host.post({ kind: 'draft', text: this.#draft.text });
  }

  get #current(): Conversation {
    return this.#conversations.current;
  }

  async #send(text: string): Promise<void> {
    const command = slashed(text);
    if (command?.command === 'clear') return this.#begin();
    if (!this.#mayAsk()) return this.#giveBack(text);
    if (command && isAboutCode(command) && this.#draft.attachments.length === 0) {
      const selection = this.#host.selection();
      if (!selection) {
        this.#host.tell(this.#host.words.noCode);
        return this.#giveBack(text);
      }
      this.attach([selection]);
    }
    const { attachments } = this.#draft;
    if (text.trim() === '' && attachments.length === 0) return;
    const examples = await this.#fewShot.of(text, attachments);
    if (!this.#mayAsk()) return this.#giveBack(text);
    this.#draft.detach(attachments.map(({ id }) => id));
    this.#draft.text = '';
    await this.#again((now, ids) => ask(this.#current, ids, text.trim(), attachments, now, examples));
  }

  async #edit(question: string, text: string): Promise<void> {
    const examples = await this.#fewShot.of(text, messageOf(this.#current, question)?.attachments ?? []);
    await this.#again((now, ids) => edit(this.#current, question, ids, text, now, examples));
  }

  /** Changes the conversation so that an answer is due, and has it given. @param anyway whatever the model thinks of it */
  async #again(
    change: (now: number, ids: { readonly question: string; readonly answer: string }) => Conversation,
    anyway = false,
  ): Promise<void> {
    if (!this.#mayAsk()) return this.#host.log('The chat was asked while it could not answer.');
    const ids = { question: this.#host.newId(), answer: this.#host.newId() };
    const changed = change(Date.now(), ids);
    if (changed === this.#current) return;
    const { id } = changed;
    this.#ended = this.#answer(changed, ids.answer, anyway).finally(() => this.#conversations.release(id));
    return this.#ended;
  }

  async #answer(conversation: Conversation, answer: string, anyway: boolean): Promise<void> {
    const { id } = conversation;
    const plan = this.#window.plan(conversation, branchTo(conversation, answer));
    if (!plan) return;
    const generation = new Generation(id, answer, {
      onPiece: (text) => id === this.#current.id && this.#host.post({ kind: 'piece', message: answer, text }),
      onKeep: (text) => this.#conversations.keep(id, (now) => changeAnswer(now, answer, { text }, Date.now())),
    });
    this.#generation = generation;
    this.#conversations.hold(conversation);
    await this.#conversations.change(id, () => conversation);
    await this.#host.workspace.update(CURRENT_KEY, id);
    this.show();
    const params = { ...plan.params, ...(anyway ? ANYWAY : samplingOf(conversation, answer)) };
    const outcome = await generation.run(this.#engine, params);
    this.#generation = undefined;
    if (outcome.kind === 'failed') this.#host.log(`The chat got no answer: ${String(outcome.error)}`);
    const checks = outcome.kind === 'answered' ? checksOf(conversation.pinned, outcome.answer.text) : [];
    const change = {
      ...outcome.change,
      error: this.#window.ended(outcome, plan),
      ...(checks.length > 0 && { checks }),
      ...decisionOf(outcome, plan, params, anyway),
    };
    await this.#conversations.change(id, (now) => changeAnswer(now, answer, change, Date.now()));
    this.#onWindow();
    if (outcome.kind !== 'answered') return;
    // Nobody waits for that.
    void noteUnknown(this.#host, this.#conversations, conversation, { id: answer, text: outcome.answer.text }, () => this.show());
  }

  #mayAsk(): boolean {
    return this.#window.model !== undefined && !this.#generation;
  }

  /** A message that could not be sent is not lost. */
  #giveBack(text: string): void {
    this.#draft.text = text;
    this.#host.post({ kind: 'draft', text });
    this.show();
  }

  async #change(change: (conversation: Conversation) => Conversation): Promise<void> {
    await this.#conversations.change(this.#current.id, change);
    this.#onWindow();
  }

  #attached(attached: readonly Attached[]): void {
    if (attached.length > 0) this.attach(attached);
  }

  #begin(): void {
    this.#conversations.begin();
    this.#onCurrent();
  }

  async #delete(id: string): Promise<void> {
    if (this.#generation?.conversation === id) {
      this.#generation.stop();
      await this.#ended;
    }
    await this.#conversations.delete(id);
    this.#onCurrent();
  }

  /** Another conversation is shown. */
  #onCurrent(): void {
    void this.#host.workspace.update(CURRENT_KEY, this.#current.id);
    this.#window.forgetMeasured();
    this.#onWindow();
  }

  #onEngine(): void {
    const change = this.#window.engineChanged();
    if (change === 'nothing') return;
    if (change === 'model') this.#costs.clear();
    this.#onWindow();
  }

  /** As {@link #onDraft}, and what is shown. */
  #onWindow(): void {
    this.#onDraft();
    this.show();
  }

  /** What the window is taken by may have changed. */
  #onDraft(): void {
    this.#fewShot.look(this.#draft.text, this.#draft.sent);
    this.#measureDraft();
  }

  #measureDraft(): void {
    this.#window.measureSoon(() => {
      return this.#window.plan(this.#current, [...this.messages, this.#draft.message(this.#fewShot.found)]);
    });
  }

  #showGauge(): void {
    const attachments = this.#draft.attachments.map((each) => shownAttachment(each, this.#costs.tokens));
    this.#host.post({ kind: 'gauge', gauge: this.#window.gauge ?? null, attachments });
  }

  #view(): ChatView {
    const conversation = this.#current;
    const generation = this.#generation;
    const isHere = generation?.conversation === conversation.id;
    const facts = {
      conversation,
      attachments: this.#draft.attachments,
      examples: this.#fewShot.shown,
      tokens: this.#costs.tokens,
      streaming: isHere ? { answer: generation.answer, text: generation.takeText() } : undefined,
      busy: generation !== undefined,
      shading: this.#host.everywhere.get(SHADING_KEY) === true,
      leftOut: this.#window.leftOut,
      gauge: this.#window.gauge,
      controls: this.#window.controls,
      dial: this.#window.dial,
      model: this.#window.shownModel,
      history: this.#conversations.found,
      search: this.#conversations.search,
    };
    const shown = branchOf(conversation).flatMap(({ message }) => message.attachments);
    if (this.#window.model) this.#costs.count([...this.#draft.attachments, ...shown]);
    return chatView(facts, this.#host.words);
  }
}
