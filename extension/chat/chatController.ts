import type { ChatView } from '../../webview/protocol/chat.ts';
import type { ChatIntent } from '../../webview/protocol/chatIntents.ts';
import type { WindowControls } from '../../webview/protocol/chatWindow.ts';
import { inAnswers } from './answerIntents.ts';
import { Answering, CURRENT_KEY } from './answering.ts';
import { Asking } from './asking.ts';
import type { ChatEngine } from './chatEngine.ts';
import type { Attached, ChatHost } from './chatHost.ts';
import { chatView, shownAttachment } from './chatView.ts';
import { ChatWindow } from './chatWindow.ts';
import { branchOf, type Conversation, type Message, messageOf, type Pinned } from './conversation.ts';
import { changed } from './conversationIntents.ts';
import type { ConversationStore } from './conversationStore.ts';
import { Costs } from './costs.ts';
import type { Dial } from './dial/dial.ts';
import { Draft, wordsOf } from './draft.ts';
import { inDraft } from './draftIntents.ts';
import type { DraftStore } from './draftStore.ts';
import { inEditor } from './editorIntents.ts';
import { FewShot } from './fewShot/fewShot.ts';
import { inHistory } from './historyIntents.ts';
import { OpenConversations } from './openConversations.ts';
import { pinnedFor } from './pins/pinned.ts';
import { inPreferences, wantedAnyway } from './preferenceIntents.ts';
import { inSettings, isShading } from './settingIntents.ts';

/** The chat: turns the panel's intents into changes of conversations and questions to the engine, and sends the panel what it shows. */
export class ChatController {
  readonly #host: ChatHost;
  readonly #conversations: OpenConversations;
  readonly #window: ChatWindow;
  readonly #costs: Costs;
  readonly #fewShot: FewShot;
  readonly #listener: { dispose(): void };
  readonly #draft: Draft;
  readonly #answering: Answering;
  readonly #asking: Asking;
  #showing = false;

  constructor(engine: ChatEngine, store: ConversationStore, drafts: DraftStore, host: ChatHost) {
    this.#host = host;
    this.#conversations = new OpenConversations(store, () => host.newId());
    const onMeasured = (othersLeftOut: boolean) => (othersLeftOut ? this.show() : this.#showGauge());
    this.#window = new ChatWindow(engine, host.everywhere, host.words, onMeasured, host.levers);
    this.#draft = new Draft(
      host.workspace,
      drafts,
      () => host.newId(),
      () => host.selection(),
    );
    this.#costs = new Costs(engine, () => this.#showGauge());
    this.#fewShot = new FewShot(engine, host, () => {
      this.#measureDraft();
      this.show();
    });
    const listener = {
      show: () => this.show(),
      onWindow: () => this.#onWindow(),
      onCurrent: () => this.#onCurrent(),
    };
    this.#answering = new Answering(engine, host, this.#conversations, this.#window, listener);
    this.#asking = new Asking(host, this.#conversations, this.#draft, this.#fewShot, this.#answering, listener);
    this.#listener = engine.onDidChangeState(() => this.#onEngine());
  }

  /** Shows the conversation that was shown last, and what was being written. */
  async start(): Promise<void> {
    const id = this.#host.workspace.get(CURRENT_KEY);
    await this.#draft.restore();
    await this.#conversations.refresh();
    if (typeof id === 'string') await this.#conversations.show(id);
    this.#onEngine();
    this.show();
  }

  dispose(): void {
    this.#listener.dispose();
    this.#window.dispose();
    this.#answering.stop();
  }

  /** The messages of the branch that is shown. */
  get messages(): Message[] {
    return branchOf(this.#current).map(({ message }) => message);
  }

  /** Whether a question is being answered, in whatever conversation. */
  get isBusy(): boolean {
    return this.#answering.isBusy;
  }

  /** How the window of the open model is used; undefined where none is open. */
  get controls(): WindowControls | undefined {
    return this.#window.controls;
  }

  /** What is pinned in the conversation that is shown. */
  get pinned(): Pinned {
    return this.#conversations.current.pinned;
  }

  /** How refusals of the open model are tuned. */
  get dial(): Dial {
    return this.#window.dial;
  }

  /** Waits until the answer under way has ended, for whatever reason, and is kept. */
  get ended(): Promise<void> {
    return this.#answering.ended;
  }

  /** Carries out an intent. Never rejects: failures are logged. */
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
  ask(text: string, attached: readonly Attached[] = []): Promise<Message | undefined> {
    return this.#asking.ask(text, attached);
  }

  /** Attaches something to the message that is being written. */
  attach(attached: readonly Attached[]): void {
    this.#draft.attach(attached);
    this.#onWindow();
  }

  /** Picks up changes made by other windows. */
  async refresh(): Promise<void> {
    await this.#conversations.refresh();
    this.show();
  }

  /** Sends the panel its whole view, once for all changes that come together. */
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
      case 'draft':
      case 'attach':
      case 'detach':
      case 'drop':
      case 'examples':
        return (await inDraft(this.#draft, this.#fewShot, this.#host, intent)) ? this.#onWindow() : this.#onDraft();
      case 'send':
      case 'edit':
      case 'regenerate':
      case 'answerAnyway':
      case 'stop':
        if (intent.kind === 'answerAnyway') await wantedAnyway(this.#conversations, this.#host, intent.message);
        return inAnswers(this.#asking, this.#answering, intent);
      case 'moveDial':
        await this.#window.dial.move(intent.move, messageOf(this.#current, intent.message)?.decision);
        return this.#change((conversation) => changed(conversation, intent));
      case 'version':
      case 'pin':
      case 'pinTurn':
        return this.#change((conversation) => changed(conversation, intent));
      case 'controls':
      case 'resetControls':
      case 'refusals':
      case 'shade':
        await inSettings(this.#window, this.#host.everywhere, intent);
        return this.#onWindow();
      case 'best':
      case 'thumb':
      case 'choose':
      case 'rank':
      case 'compare':
      case 'preferences':
        await inPreferences(this.#conversations, this.#host, this.#window.model?.key, intent);
        return this.#onWindow();
      case 'new':
      case 'open':
      case 'delete':
      case 'rename':
      case 'export':
      case 'search': {
        const isOther = await inHistory(this.#conversations, this.#answering, this.#host, intent);
        if (isOther) this.#onCurrent();
        else this.show();
        if (intent.kind === 'new') this.#host.post({ kind: 'begun' });
        return;
      }
      default:
        return inEditor(this.#host, this.#current, this.#draft.attachments, intent);
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

  async #change(change: (conversation: Conversation) => Conversation): Promise<void> {
    await this.#conversations.change(this.#current.id, change);
    this.#onWindow();
    await this.#host.workspace.update(CURRENT_KEY, this.#current.id);
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

  /** What takes room in the window may have changed. */
  #onDraft(): void {
    this.#fewShot.look(this.#draft.text, this.#draft.sent);
    this.#measureDraft();
  }

  #measureDraft(): void {
    this.#window.measureSoon(() => {
      return this.#window.plan(this.#current, [...this.messages, this.#draft.message(this.#fewShot.found)]);
    });
  }

  #countCosts(): void {
    const { text, attachments } = this.#draft;
    if (this.#window.model) this.#costs.count({ text: wordsOf(text, attachments), attachments }, this.#pinnedText);
  }

  /** What is said with messages of the conversation that is shown; empty for nothing. */
  get #pinnedText(): string {
    const { pinned } = this.#current;
    return pinned.mode === 'off' ? '' : pinnedFor(pinned).text;
  }

  get #pinCost(): number | null {
    return this.#costs.ofPinned(this.#pinnedText) ?? null;
  }

  #showGauge(): void {
    this.#countCosts();
    const attachments = this.#draft.attachments.map((each) => shownAttachment(each, this.#costs.tokens));
    this.#host.post({ kind: 'gauge', gauge: this.#window.gauge ?? null, attachments, pinCost: this.#pinCost });
  }

  #view(): ChatView {
    const conversation = this.#current;
    const facts = {
      conversation,
      attachments: this.#draft.attachments,
      examples: this.#fewShot.shown,
      tokens: this.#costs.tokens,
      pinCost: this.#pinCost,
      streaming: this.#answering.streamed(conversation.id),
      busy: this.isBusy,
      shading: isShading(this.#host.everywhere),
      leftOut: this.#window.leftOut,
      gauge: this.#window.gauge,
      controls: this.#window.controls,
      dial: this.#window.dial,
      best: this.#window.model && this.#host.preferences.best(this.#window.model.key),
      voteOf: this.#host.preferences.voteOf,
      model: this.#window.shownModel,
      history: this.#conversations.found,
      search: this.#conversations.search,
    };
    this.#countCosts();
    return chatView(facts, this.#host.words);
  }
}
