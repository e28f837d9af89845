import * as vscode from 'vscode';
import type { ChatUpdate } from '../../webview/protocol/chat.ts';
import type { ChatIntent } from '../../webview/protocol/chatIntents.ts';
import type { WindowControls } from '../../webview/protocol/chatWindow.ts';
import type { ConversationEngine } from '../conversationEngine.ts';
import type { Memory } from '../storage/memory.ts';
import { AttachmentDocuments } from './attachments/attachmentDocuments.ts';
import { ChatController } from './chatController.ts';
import type { Attached, ChatDoors } from './chatHost.ts';
import { ChatViewProvider } from './chatViewProvider.ts';
import type { Message, Pinned } from './conversation.ts';
import { ConversationStore } from './conversationStore.ts';
import type { Dial } from './dial/dial.ts';
import { DraftStore } from './draftStore.ts';
import { editorHost } from './editorHost.ts';

/** Of the workspace's storage: where its conversations are. */
const FOLDER = 'conversations';
/** And what is attached to a message that is not sent yet. */
const DRAFT_FILE = 'draft.json';
/** Whether an answer is on its way, for the menus of package.json. */
const BUSY_CONTEXT = 'paddockChatBusy';

/** The chat in the side bar. */
export class Chat {
  readonly #controller: ChatController;
  readonly #view: ChatViewProvider;
  readonly #store: ConversationStore;
  readonly #drafts: DraftStore;
  readonly #owned: vscode.Disposable;
  readonly #controlsChanged = new vscode.EventEmitter<void>();
  /** The use of the open model's window is to change. */
  readonly onDidChangeControls = this.#controlsChanged.event;
  #busy = false;

  /** @param doors attaching, and handling code in answers, where available */
  constructor(
    context: vscode.ExtensionContext,
    everywhere: Memory,
    engine: ConversationEngine,
    log: vscode.LogOutputChannel,
    doors: Partial<ChatDoors> = {},
  ) {
    const storage = context.storageUri ?? context.globalStorageUri;
    const warn = (message: string) => log.warn(message);
    this.#store = new ConversationStore(vscode.Uri.joinPath(storage, FOLDER).fsPath, warn);
    this.#drafts = new DraftStore(vscode.Uri.joinPath(storage, DRAFT_FILE).fsPath, warn);
    this.#view = new ChatViewProvider(context.extensionUri, log, (intent) => void this.#do(intent));
    const attachments = new AttachmentDocuments();
    const host = editorHost(context, everywhere, log, (update) => this.#post(update), attachments, doors);
    this.#controller = new ChatController(engine, this.#store, this.#drafts, host);
    this.#owned = vscode.Disposable.from(
      attachments,
      this.#view,
      this.#controller,
      this.#controlsChanged,
      // Another window may have gone on with the same conversations meanwhile.
      vscode.window.onDidChangeWindowState(({ focused }) => {
        if (focused && this.#view.isVisible) void this.#controller.refresh();
      }),
    );
    void this.#controller.start();
  }

  /** Where the conversations of this workspace are kept. */
  get folder(): string {
    return this.#store.folder;
  }

  /** What is shown, in order. */
  get messages(): readonly Message[] {
    return this.#controller.messages;
  }

  /** How the window of the open model is used; undefined where none is open. */
  get controls(): WindowControls | undefined {
    return this.#controller.controls;
  }

  /** How the window is used and what is pinned in the conversation that is shown; undefined where no model is open. */
  get settings(): { readonly controls: WindowControls; readonly pinned: Pinned } | undefined {
    const { controls, pinned } = this.#controller;
    return controls && { controls, pinned };
  }

  /** How refusals of the open model are tuned. */
  get dial(): Dial {
    return this.#controller.dial;
  }

  /** Puts the dial of the open model there. */
  async turnTo(threshold: number): Promise<void> {
    await this.dial.turnTo(threshold);
    this.#controller.show();
  }

  /** What is known of the dial's levers has changed. */
  showDial(): void {
    this.#controller.show();
  }

  /** Shows what has changed of the person's preferences. */
  showPreferences(): void {
    this.#controller.show();
  }

  /** Whether the person can see the panel. */
  get isVisible(): boolean {
    return this.#view.isVisible;
  }

  /** Shows the panel and gives it the keyboard. */
  focus(): Promise<void> {
    return this.#view.focus();
  }

  /** Begins another conversation, in the panel. */
  async begin(): Promise<void> {
    await this.focus();
    await this.#controller.answerIntent({ kind: 'new' });
  }

  /** Whether a question is being answered, in whatever conversation. */
  get isBusy(): boolean {
    return this.#controller.isBusy;
  }

  /** Ends the answer under way; what has come of it stays. */
  async stop(): Promise<void> {
    await this.#controller.answerIntent({ kind: 'stop' });
    await this.#controller.ended;
  }

  /**
   * Asks something in the panel, such as `/explain` with code.
   * @returns the answer as it has ended; undefined where nothing can be asked now
   */
  async ask(text: string, attached: readonly Attached[]): Promise<Message | undefined> {
    await this.focus();
    return this.#controller.ask(text, attached);
  }

  /** Attaches something to the message that is being written. */
  async attach(attached: readonly Attached[]): Promise<void> {
    await this.focus();
    this.#controller.attach(attached);
  }

  /** Gives conversations this window, under this scaling of positions, from the next message on. */
  async useWindow(window: number, scaling: Pick<WindowControls, 'scaling' | 'scalingValue'>): Promise<void> {
    await this.#do({ kind: 'controls', controls: { window, ...scaling } });
  }

  /** Ends the answer under way and writes what is not written yet; never rejects. */
  async close(): Promise<void> {
    await this.stop();
    await Promise.all([this.#store.flush(), this.#drafts.flush()]);
  }

  dispose(): void {
    this.#owned.dispose();
  }

  async #do(intent: ChatIntent): Promise<void> {
    await this.#controller.answerIntent(intent);
    if (intent.kind === 'controls' || intent.kind === 'resetControls') this.#controlsChanged.fire();
    // Choosing from a list leaves the keyboard focus in the editor.
    if (intent.kind === 'attach') await this.focus();
  }

  #post(update: ChatUpdate): void {
    this.#view.post(update);
    if (update.kind !== 'view' || update.busy === this.#busy) return;
    this.#busy = update.busy;
    void vscode.commands.executeCommand('setContext', BUSY_CONTEXT, update.busy);
  }
}
