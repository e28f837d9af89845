import * as vscode from 'vscode';
import type { Role } from '../engine/index.ts';
import { isLanguageOn, type Trigger } from './completion/when.ts';
import type { EngineState } from './engineState.ts';
import { number } from './format.ts';
import { languageName } from './languageName.ts';
import { isOpen } from './readiness.ts';
import { completionSettings, setContextWindow, setTrigger, setWorkspaceMemoryEnabled } from './settings.ts';
import { type ChatModel, memoryInWords } from './statusText.ts';
import type { MemoryReport } from './workspaceMemory/report.ts';

const { l10n } = vscode;

/** The editor's own command for all inline suggestions; older supported editors lack it. */
const SNOOZE = 'editor.action.inlineSuggest.snooze';

/** What the menu depends on. */
export interface MenuFacts {
  readonly state: EngineState;
  /** The chat's own model; undefined where it uses the one that completes. */
  readonly chat: ChatModel | undefined;
  readonly memory: MemoryReport;
  /** Whether inline completion is on. */
  readonly enabled: boolean;
  readonly trigger: Trigger;
  /** The active editor's language, and whether it is on. */
  readonly language: { readonly name: string; readonly isOn: boolean } | undefined;
  readonly canSnooze: boolean;
}

interface Choice extends vscode.QuickPickItem {
  readonly run?: () => unknown;
}

/** What runs a command. */
const command = (id: string, ...values: unknown[]) => ({ run: () => vscode.commands.executeCommand(id, ...values) });

/**
 * Shows the status item's menu.
 * @param isClicked whether the item was clicked: then typing afterwards goes to the editor, not to the status bar
 */
export async function showMenu(
  { state, chat, memory }: Pick<MenuFacts, 'state' | 'chat' | 'memory'>,
  isClicked: boolean,
): Promise<void> {
  if (isClicked) await vscode.commands.executeCommand('workbench.action.focusActiveEditorGroup');
  const document = vscode.window.activeTextEditor?.document;
  const { enabled, trigger, languages } = completionSettings(document);
  const id = document?.languageId;
  const language = id === undefined ? undefined : { name: languageName(id), isOn: isLanguageOn(languages, id) };
  const canSnooze = (await vscode.commands.getCommands(true)).includes(SNOOZE);
  const items = menuChoices({ state, chat, memory, enabled, trigger, language, canSnooze });
  const chosen = await vscode.window.showQuickPick(items, { title: 'Paddock', matchOnDescription: true });
  await chosen?.run?.();
}

/** The lines of the menu. After a failure the remedy comes first. */
export function menuChoices(facts: MenuFacts): Choice[] {
  const { state, chat } = facts;
  const restart: Choice = { label: `$(debug-restart) ${l10n.t('Restart Engine')}`, ...command('paddock.engine.restart') };
  const states = [state, ...(chat ? [chat.state] : [])];
  const hasFailed = states.some(({ kind }) => kind === 'failed');
  const wayOut = hasFailed ? [...(state.kind === 'failed' ? smallerWindow(state.largestWindow) : []), restart] : [];
  const canRestart = !hasFailed && states.some(({ kind }) => kind !== 'off');
  return [
    ...wayOut,
    separator(l10n.t('Suggestions')),
    ...suggestionChoices(facts),
    separator(l10n.t('Model')),
    ...modelChoices(facts),
    ...(canRestart ? [restart] : []),
    separator(l10n.t('Workspace Memory')),
    ...memoryChoices(facts.memory),
    separator(''),
    { label: `$(comment-discussion) ${l10n.t('Open Chat')}`, ...command('paddock.chat.open') },
    { label: `$(graph) ${l10n.t('Show Statistics')}`, ...command('paddock.statistics.show') },
    { label: `$(output) ${l10n.t('Show Log')}`, ...command('paddock.log.show') },
    { label: `$(gear) ${l10n.t('Open Settings')}`, ...command('workbench.action.openSettings', '@ext:paddock.paddock') },
  ];
}

function separator(label: string): Choice {
  return { label, kind: vscode.QuickPickItemKind.Separator };
}

function suggestionChoices({ enabled, trigger, language, canSnooze }: MenuFacts): Choice[] {
  const toggle = enabled
    ? `$(circle-slash) ${l10n.t('Turn Inline Completion Off')}`
    : `$(check) ${l10n.t('Turn Inline Completion On')}`;
  const why: Choice = { label: `$(question) ${l10n.t('Why No Suggestion?')}`, ...command('paddock.inlineCompletion.why') };
  const choices: Choice[] = [{ label: toggle, ...command('paddock.inlineCompletion.toggle') }];
  if (enabled) choices.push(triggerChoice(trigger));
  if (enabled && language) {
    const label = language.isOn
      ? `$(circle-slash) ${l10n.t('Turn Off for {0}', language.name)}`
      : `$(check) ${l10n.t('Turn On for {0}', language.name)}`;
    choices.push({ label, ...command('paddock.inlineCompletion.toggleLanguage') });
  }
  if (enabled && canSnooze) choices.push({ label: `$(bell-slash) ${l10n.t('Snooze Suggestions…')}`, ...command(SNOOZE) });
  return [...choices, why];
}

function triggerChoice(trigger: Trigger): Choice {
  if (trigger === 'automatic') {
    return { label: `$(target) ${l10n.t('Suggest Only When Asked')}`, run: () => setTrigger('manual') };
  }
  const description = l10n.t('now only when asked');
  return { label: `$(keyboard) ${l10n.t('Suggest While Typing')}`, description, run: () => setTrigger('automatic') };
}

function modelChoices({ state, chat }: MenuFacts): Choice[] {
  const open: Choice = { label: `$(folder-opened) ${l10n.t('Open Model…')}`, ...command('paddock.model.open') };
  const [completes, chats] = [nameIn(state), chat && nameIn(chat.state)];
  const unload: Choice = { label: `$(debug-disconnect) ${l10n.t('Unload Model')}`, ...command('paddock.model.unload') };
  if (completes === undefined && chats === undefined) return [open];
  if (!chat) return [{ ...open, description: completes ?? '' }, unload];
  const choice = (name: string | undefined, role: Role, words: string): Choice[] => {
    if (name === undefined) return [];
    const label = `$(debug-disconnect) ${l10n.t('Unload {0}', name)}`;
    return [{ label, description: words, ...command('paddock.model.unload', role) }];
  };
  return [open, ...choice(completes, 'completion', l10n.t('completion')), ...choice(chats, 'chat', l10n.t('chat'))];
}

/** What the open model of an engine is called; undefined where none is open. */
function nameIn(state: EngineState): string | undefined {
  return isOpen(state) ? state.model.name : undefined;
}

function memoryChoices(memory: MemoryReport): Choice[] {
  const description = memoryInWords(memory);
  if (memory.state === 'off') {
    const label = `$(check) ${l10n.t('Turn Workspace Memory On')}`;
    return [{ label, description, run: () => setWorkspaceMemoryEnabled(true) }];
  }
  const off: Choice = {
    label: `$(circle-slash) ${l10n.t('Turn Workspace Memory Off')}`,
    description,
    run: () => setWorkspaceMemoryEnabled(false),
  };
  if (memory.state === 'forgotten') {
    return [{ label: `$(refresh) ${l10n.t('Fill Workspace Memory Again')}`, run: fillAgain }, off];
  }
  const forget = { label: `$(trash) ${l10n.t('Forget Workspace Memory')}`, ...command('paddock.workspaceMemory.forget') };
  return memory.paths.length > 0 ? [off, forget] : [off];
}

/** A forgotten memory stays empty until the setting has been off. */
async function fillAgain(): Promise<void> {
  await setWorkspaceMemoryEnabled(false);
  await setWorkspaceMemoryEnabled(true);
}

/** The remedy if memory is short. */
function smallerWindow(tokens: number | undefined): Choice[] {
  if (!tokens) return [];
  return [{ label: `$(play) ${l10n.t('Open with {0} Tokens', number(tokens))}`, run: () => setContextWindow(tokens) }];
}
