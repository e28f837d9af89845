import * as vscode from 'vscode';
import type { AuditPage } from './audit/auditPage.ts';
import { attachFromMenu } from './chat/attachments/attach.ts';
import type { Chat } from './chat/chat.ts';
import type { Proposals } from './chat/code/proposals.ts';
import type { CodeCommands } from './chat/commands/codeCommands.ts';
import type { DirectionCommands } from './chat/dial/directionCommands.ts';
import type { SilenceRecord } from './completion/silence.ts';
import { isLanguageOn } from './completion/when.ts';
import type { ContextPage } from './contextMeasurement/contextPage.ts';
import type { EngineNeed } from './engineNeed.ts';
import type { EngineState } from './engineState.ts';
import { isExcluded } from './excluded.ts';
import { inform, mention } from './notify.ts';
import { type OpenModelContext, openModel } from './openModel/openModel.ts';
import type { PreferencesPage } from './preferences/preferencesPage.ts';
import { completionSettings, setCompletionEnabled, setLanguageEnabled } from './settings.ts';
import { reasonInWords } from './silenceText.ts';
import type { StatisticsPage } from './statistics/statisticsPage.ts';
import { showMenu } from './statusMenu.ts';
import { type ChatModel, stateSentence } from './statusText.ts';
import { unloadModel } from './unloadModel.ts';
import { showWhyNoSuggestion } from './whyNoSuggestion.ts';
import type { WorkspaceMemory } from './workspaceMemory/workspaceMemory.ts';

/** What commands act on. */
export interface CommandContext extends OpenModelContext {
  readonly memory: WorkspaceMemory;
  /** The chat's own model; undefined where it uses the one that completes. */
  readonly chatModel: () => ChatModel | undefined;
  readonly statisticsPage: StatisticsPage;
  readonly contextPage: ContextPage;
  readonly auditPage: AuditPage;
  readonly preferencesPage: PreferencesPage;
  readonly chat: Chat;
  readonly code: CodeCommands;
  readonly proposals: Proposals;
  readonly directions: DirectionCommands;
  /** The last requests that showed nothing, the latest first. */
  readonly silences: () => readonly SilenceRecord[];
}

/** Menus of lists pass the entry they were opened on, and all selected entries. */
type Command = (context: CommandContext, argument?: unknown, chosen?: unknown) => unknown;

/** Every command of the package, as package.json contributes them. */
const commands = {
  'paddock.inlineCompletion.toggle': () => setCompletionEnabled(!completionSettings().enabled),
  'paddock.inlineCompletion.toggleLanguage': toggleLanguage,
  'paddock.inlineCompletion.trigger': trigger,
  'paddock.inlineCompletion.why': ({ engine, silences }) => showWhyNoSuggestion(engine.state, silences()),
  'paddock.engine.restart': ({ need }) => need.restart(),
  'paddock.model.open': openModel,
  'paddock.model.unload': unloadModel,
  'paddock.workspaceMemory.forget': forgetWorkspace,
  'paddock.statistics.show': ({ statisticsPage }) => statisticsPage.show(),
  'paddock.statistics.erase': ({ statisticsPage }) => statisticsPage.erase(),
  'paddock.chat.open': ({ chat }) => chat.focus(),
  'paddock.chat.new': ({ chat }) => chat.begin(),
  'paddock.chat.stop': ({ chat }) => chat.stop(),
  'paddock.chat.add': addToChat,
  'paddock.context.measure': ({ need, contextPage }) => showFor(need, contextPage),
  'paddock.refusals.audit': ({ need, auditPage }) => showFor(need, auditPage),
  'paddock.preferences.show': ({ need, preferencesPage }) => showFor(need, preferencesPage),
  'paddock.refusals.findDirection': ({ directions }) => directions.find(),
  'paddock.refusals.importDirection': ({ directions }) => directions.import(),
  'paddock.refusals.exportDirection': ({ directions }, path) => directions.export(path),
  'paddock.refusals.renameDirection': ({ directions }, path) => directions.rename(path),
  'paddock.refusals.removeDirection': ({ directions }, path) => directions.remove(path),
  'paddock.code.explain': ({ code }, argument) => code.run('explain', argument),
  'paddock.code.fix': ({ code }, argument) => code.run('fix', argument),
  'paddock.code.document': ({ code }, argument) => code.run('document', argument),
  'paddock.code.tests': ({ code }, argument) => code.run('tests', argument),
  'paddock.change.apply': ({ proposals }) => proposals.apply(),
  'paddock.change.discard': ({ proposals }) => proposals.discard(),
  'paddock.log.show': ({ log }) => log.show(),
  'paddock.status.menu': ({ engine: { state }, chatModel, memory: { report: memory } }, from) =>
    showMenu({ state, chat: chatModel(), memory }, from !== undefined),
} satisfies Record<string, Command>;

/** Registers the commands; the returned disposable takes them back. */
export function registerCommands(context: CommandContext): vscode.Disposable {
  const entries = Object.entries<Command>(commands);
  return vscode.Disposable.from(
    ...entries.map(([id, run]) =>
      vscode.commands.registerCommand(id, (argument?: unknown, chosen?: unknown) => run(context, argument, chosen)),
    ),
  );
}

/** Shows a page about the model of conversations, which may not be open yet. */
function showFor(need: EngineNeed, page: { show(): void }): void {
  need.wake();
  page.show();
}

/** A person who asks by hand is told why nothing comes; in the status bar, since the command may be bound to a key. */
async function trigger({ engine, silences }: CommandContext): Promise<void> {
  const now: EngineState = completionSettings().enabled ? engine.state : { kind: 'off' };
  if (now.kind === 'off' || now.kind === 'failed') {
    mention(stateSentence(now));
    return;
  }
  const document = vscode.window.activeTextEditor?.document;
  if (document && isExcluded(document.uri)) {
    mention(vscode.l10n.t('Nothing is suggested in this file: the setting paddock.exclude names it.'));
    return;
  }
  const [before] = silences();
  await vscode.commands.executeCommand('editor.action.inlineSuggest.trigger');
  const [latest] = silences();
  if (!latest?.manual || latest === before || latest.silence === 'typed-on') return;
  mention(reasonInWords(latest.silence).what);
}

async function addToChat({ chat }: CommandContext, uri?: unknown, chosen?: unknown): Promise<void> {
  const attached = await attachFromMenu(uri, chosen);
  if (attached.length > 0) await chat.attach(attached);
}

async function forgetWorkspace({ memory }: CommandContext): Promise<void> {
  await memory.forget();
  const said = vscode.l10n.t(
    'The workspace memory is empty. Turn its setting off and on, or reload the window, to fill it again.',
  );
  mention(said, 8_000);
}

async function toggleLanguage(): Promise<void> {
  const document = vscode.window.activeTextEditor?.document;
  if (!document) {
    void inform(vscode.l10n.t('Open a file first: the command acts on the language of the active editor.'));
    return;
  }
  const isOn = isLanguageOn(completionSettings(document).languages, document.languageId);
  await setLanguageEnabled(document.languageId, !isOn);
}
