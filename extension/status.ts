import * as vscode from 'vscode';
import { isLanguageOn } from './completion/when.ts';
import type { ConversationEngine } from './conversationEngine.ts';
import type { CompletionReport } from './engineState.ts';
import type { EngineSupervisor } from './engineSupervisor.ts';
import { isExcluded } from './excluded.ts';
import { languageName } from './languageName.ts';
import { plainMarkdown } from './plainMarkdown.ts';
import { completionSettings, editorShowsInlineSuggestions } from './settings.ts';
import type { ComputedReport } from './statusNumbers.ts';
import { type ChatModel, chatModelSentence, type StatusFacts, statusDetails, statusLabel, statusSentence } from './statusText.ts';
import type { WorkspaceMemory } from './workspaceMemory/workspaceMemory.ts';

/** VS Code closes a tooltip whose text changes, so the figures of the memory change no more often than one can read them, in ms. */
const READING = 5_000;

/** The status bar item: the state of the engine, with details in its tooltip. It shows what other files decide. */
export class Status {
  readonly #engine: EngineSupervisor;
  readonly #memory: WorkspaceMemory;
  readonly #conversations: ConversationEngine;
  readonly #chatModel: () => ChatModel | undefined;
  readonly #item: vscode.StatusBarItem;
  readonly #owned: vscode.Disposable;
  #last: CompletionReport | undefined;
  #computed: ComputedReport | undefined;
  #tooltip = '';
  #later: NodeJS.Timeout | undefined;

  /** @param chatModel the chat's own model; undefined where it uses the one that completes */
  constructor(
    { engine, conversations }: { readonly engine: EngineSupervisor; readonly conversations: ConversationEngine },
    memory: WorkspaceMemory,
    onDidComplete: vscode.Event<CompletionReport>,
    chatModel: () => ChatModel | undefined,
  ) {
    this.#engine = engine;
    this.#memory = memory;
    this.#conversations = conversations;
    this.#chatModel = chatModel;
    this.#item = vscode.window.createStatusBarItem('paddock.status', vscode.StatusBarAlignment.Right, 100);
    this.#item.name = 'Paddock';
    this.#item.command = { command: 'paddock.status.menu', title: 'Paddock', arguments: ['clicked'] };
    const draw = () => this.#draw();
    this.#owned = vscode.Disposable.from(
      this.#item,
      engine.onDidChangeState(draw),
      engine.onDidProgress(draw),
      conversations.onDidChangeState(draw),
      conversations.own.onDidProgress(draw),
      memory.onDidChange(({ state }) => (state === 'reading' || state === 'ready' ? this.#drawLater() : draw())),
      vscode.window.onDidChangeActiveTextEditor(draw),
      vscode.workspace.onDidOpenTextDocument(draw), // also when a document's language changes
      vscode.workspace.onDidChangeConfiguration(draw),
      onDidComplete((report) => {
        this.#last = report;
        const { stats } = report;
        if (stats) this.#computed = { ...report, stats };
        draw();
      }),
    );
    draw();
    this.#item.show();
  }

  get last(): CompletionReport | undefined {
    return this.#last;
  }

  dispose(): void {
    clearTimeout(this.#later);
    this.#owned.dispose();
  }

  #drawLater(): void {
    this.#later ??= setTimeout(() => this.#draw(), READING);
  }

  #draw(): void {
    clearTimeout(this.#later);
    this.#later = undefined;
    const facts = this.#facts();
    const sentence = statusSentence(facts);
    this.#item.text = statusLabel(facts);
    const text = tooltip(sentence, statusDetails(facts));
    if (text.value !== this.#tooltip) this.#item.tooltip = text;
    this.#tooltip = text.value;
    const said = [sentence, chatModelSentence(facts) ?? ''].join(' ').trim();
    this.#item.accessibilityInformation = { label: `Paddock: ${said}`, role: 'button' };
    this.#item.backgroundColor =
      facts.state.kind === 'failed' ? new vscode.ThemeColor('statusBarItem.errorBackground') : undefined;
  }

  #facts(): StatusFacts {
    const document = vscode.window.activeTextEditor?.document;
    const { enabled, trigger, languages } = completionSettings(document);
    const isOff = document && !isLanguageOn(languages, document.languageId);
    return {
      state: this.#engine.state,
      chat: this.#chatModel(),
      enabled,
      progress: this.#engine.progress ?? this.#conversations.own.progress,
      languageOff: isOff ? languageName(document.languageId) : undefined,
      isExcluded: document !== undefined && isExcluded(document.uri),
      onlyByHand: trigger === 'manual',
      editorShows: editorShowsInlineSuggestions(document),
      last: this.#last,
      computed: this.#computed,
      memory: this.#memory.report,
    };
  }
}

/** A line of a list; one that is indented belongs to the line before it. */
function listed(line: string): string {
  const words = line.trimStart();
  return `${' '.repeat(line.length - words.length)}- ${plainMarkdown(words)}`;
}

function tooltip(sentence: string, details: readonly string[]): vscode.MarkdownString {
  const text = new vscode.MarkdownString('**Paddock**\n\n');
  text.appendMarkdown([plainMarkdown(sentence), '', ...details.map(listed)].join('\n'));
  const links = [
    `[${vscode.l10n.t('Open Model…')}](command:paddock.model.open)`,
    `[${vscode.l10n.t('Why No Suggestion?')}](command:paddock.inlineCompletion.why)`,
  ];
  text.appendMarkdown(`\n\n${links.join(' · ')}`);
  text.isTrusted = { enabledCommands: ['paddock.model.open', 'paddock.inlineCompletion.why'] };
  return text;
}
