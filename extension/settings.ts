import * as vscode from 'vscode';
import { DEVICES, type Device } from '../engine/index.ts';
import { MULTILINE, type Multiline } from './completion/multiline.ts';
import { EAGERNESS, type Eagerness } from './completion/showFilter.ts';
import { TRIGGERS, type Trigger } from './completion/when.ts';

export interface CompletionSettings {
  readonly enabled: boolean;
  readonly trigger: Trigger;
  /** Language identifier → on; `*` stands for all others. */
  readonly languages: Readonly<Record<string, boolean>>;
  /** How long to wait after a keystroke, in milliseconds; null lets the wait follow the typing. */
  readonly debounceMs: number | null;
  readonly maxTokens: number;
  readonly multiline: Multiline;
  /** Whether suggestions come in comments while typing. */
  readonly inComments: boolean;
  /** How likely a suggestion must be to appear while typing. */
  readonly eagerness: Eagerness;
}

export interface EngineSettings {
  /** Path of a model file or folder as the person wrote it; empty for the model in the package. */
  readonly model: string;
  /** The same for conversations; empty for the model that completes. */
  readonly chatModel: string;
  /** Tokens of context that a completion sees, at most. */
  readonly window: number;
  readonly device: Device;
  /** 0 leaves the choice to the engine. */
  readonly threads: number;
}

const CROSS_FILE_SETTINGS = ['auto', 'on', 'off'] as const;
/** `auto`: for models that were trained with several files. */
export type CrossFileSetting = (typeof CROSS_FILE_SETTINGS)[number];

const HIDDEN = ['files.exclude', 'search.exclude'];
const EXCLUDED = 'paddock.exclude';

/** The only reader of settings. Their defaults live in package.json alone. */
export function completionSettings(scope?: vscode.ConfigurationScope): CompletionSettings {
  return {
    enabled: read('paddock.inlineCompletion.enabled', isBoolean, scope),
    trigger: read('paddock.inlineCompletion.trigger', isTrigger, scope),
    languages: read('paddock.inlineCompletion.languages', isSwitchboard, scope),
    debounceMs: read('paddock.inlineCompletion.debounce', isDurationOrNull, scope),
    maxTokens: read('paddock.inlineCompletion.maxTokens', isWhole, scope),
    multiline: read('paddock.inlineCompletion.multiline', isMultiline, scope),
    inComments: read('paddock.inlineCompletion.inComments', isBoolean, scope),
    eagerness: read('paddock.inlineCompletion.eagerness', isEagerness, scope),
  };
}

export function engineSettings(): EngineSettings {
  return {
    model: read('paddock.completion.model', isString).trim(),
    chatModel: read('paddock.chat.model', isString).trim(),
    window: read('paddock.completion.contextWindow', isWhole),
    device: read('paddock.engine.device', isDevice),
    threads: read('paddock.engine.threads', isWhole),
  };
}

/** Minutes without use after which the model is unloaded; 0 for never. */
export function unloadAfterMinutes(): number {
  return read('paddock.engine.unloadAfter', isDuration);
}

/** For which models completions are told parts of other files. */
export function crossFileSetting(scope?: vscode.ConfigurationScope): CrossFileSetting {
  return read('paddock.inlineCompletion.crossFileContext', isCrossFileSetting, scope);
}

export function workspaceMemoryEnabled(): boolean {
  return read('paddock.workspaceMemory.enabled', isBoolean);
}

/** Whether it is counted what becomes of suggestions. */
export function statisticsEnabled(): boolean {
  return read('paddock.statistics.enabled', isBoolean);
}

/** Globs of files that a folder hides from the explorer or from search, or excludes: glob → whether it is on, or its condition. */
export function excludeSettings(folder: vscode.Uri): Readonly<Record<string, unknown>>[] {
  const hidden = HIDDEN.map((key) => {
    const globs: unknown = vscode.workspace.getConfiguration(undefined, folder).get(key);
    return typeof globs === 'object' && globs !== null ? { ...globs } : {};
  });
  return [...hidden, Object.fromEntries(excludedGlobs(folder).map((glob) => [glob, true]))];
}

/** Globs of excluded files, from all scopes together: a workspace must not bring back what the user excludes. */
export function excludedGlobs(scope?: vscode.ConfigurationScope): readonly string[] {
  const set = vscode.workspace.getConfiguration(undefined, scope).inspect(EXCLUDED);
  const lists: readonly unknown[] = [set?.defaultValue, set?.globalValue, set?.workspaceValue, set?.workspaceFolderValue];
  return lists.flatMap((list): readonly unknown[] => (Array.isArray(list) ? list : [])).filter(isString);
}

/** Settings that say which files are remembered. */
export function affectsExcludes(event: vscode.ConfigurationChangeEvent): boolean {
  return [...HIDDEN, EXCLUDED].some((key) => event.affectsConfiguration(key));
}

/** Whether the editor itself shows inline suggestions at all. */
export function editorShowsInlineSuggestions(scope?: vscode.ConfigurationScope): boolean {
  return vscode.workspace.getConfiguration(undefined, scope).get('editor.inlineSuggest.enabled') !== false;
}

/** Settings that say which models are open, and how. */
export function affectsEngine(event: vscode.ConfigurationChangeEvent): boolean {
  return [
    'paddock.completion.model',
    'paddock.chat.model',
    'paddock.completion.contextWindow',
    'paddock.engine.device',
    'paddock.engine.threads',
    'paddock.inlineCompletion.enabled',
  ].some((key) => event.affectsConfiguration(key));
}

/** Settings that change which suggestions are made at the same place. */
export function affectsWhatIsSuggested(event: vscode.ConfigurationChangeEvent): boolean {
  return [
    'paddock.inlineCompletion.maxTokens',
    'paddock.inlineCompletion.multiline',
    'paddock.inlineCompletion.crossFileContext',
    'paddock.workspaceMemory.enabled',
    EXCLUDED,
  ].some((key) => event.affectsConfiguration(key));
}

/** Settings that say whether suggestions come in the active editor. */
export function affectsSuggestions(event: vscode.ConfigurationChangeEvent): boolean {
  return [
    'paddock.inlineCompletion.enabled',
    'paddock.inlineCompletion.trigger',
    'paddock.inlineCompletion.languages',
    EXCLUDED,
  ].some((key) => event.affectsConfiguration(key));
}

export async function setCompletionEnabled(on: boolean): Promise<void> {
  await write('paddock.inlineCompletion.enabled', () => on);
}

export async function setTrigger(trigger: Trigger): Promise<void> {
  await write('paddock.inlineCompletion.trigger', () => trigger);
}

export async function setLanguageEnabled(languageId: string, on: boolean): Promise<void> {
  await write('paddock.inlineCompletion.languages', (own) => ({ ...(isSwitchboard(own) ? own : {}), [languageId]: on }));
}

export async function setWorkspaceMemoryEnabled(on: boolean): Promise<void> {
  await write('paddock.workspaceMemory.enabled', () => on);
}

/** @param model path; empty for the model in the package */
export async function setCompletionModel(model: string): Promise<void> {
  await write('paddock.completion.model', () => model);
}

/** @param model path; empty for the model that completes */
export async function setChatModel(model: string): Promise<void> {
  await write('paddock.chat.model', () => model);
}

export async function setContextWindow(tokens: number): Promise<void> {
  await write('paddock.completion.contextWindow', () => tokens);
}

/** settings.json may hold a value of the wrong type; it counts as not set. */
function read<T>(key: string, isValid: (value: unknown) => value is T, scope?: vscode.ConfigurationScope): T {
  const configuration = vscode.workspace.getConfiguration(undefined, scope);
  const value: unknown = configuration.get(key);
  if (isValid(value)) return value;
  const fallback: unknown = configuration.inspect(key)?.defaultValue;
  if (isValid(fallback)) return fallback;
  throw new Error(`The setting ${key} has no default of the right type in package.json.`);
}

/**
 * Written to the scope where it is already set, so that a workspace's value does not shadow the change; otherwise to the user's settings.
 */
async function write(key: string, change: (own: unknown) => unknown): Promise<void> {
  const configuration = vscode.workspace.getConfiguration();
  const set = configuration.inspect(key);
  const isInWorkspace = set?.workspaceValue !== undefined;
  const target = isInWorkspace ? vscode.ConfigurationTarget.Workspace : vscode.ConfigurationTarget.Global;
  await configuration.update(key, change(isInWorkspace ? set.workspaceValue : set?.globalValue), target);
}

const isBoolean = (value: unknown): value is boolean => typeof value === 'boolean';
const isString = (value: unknown): value is string => typeof value === 'string';
const isDuration = (value: unknown): value is number => typeof value === 'number' && value >= 0;
const isDurationOrNull = (value: unknown): value is number | null => value === null || isDuration(value);
const isWhole = (value: unknown): value is number => isDuration(value) && Number.isInteger(value);
const isDevice = (value: unknown): value is Device => DEVICES.some((device) => device === value);
const isTrigger = (value: unknown): value is Trigger => TRIGGERS.some((trigger) => trigger === value);
const isMultiline = (value: unknown): value is Multiline => MULTILINE.some((multiline) => multiline === value);
const isEagerness = (value: unknown): value is Eagerness => EAGERNESS.some((eagerness) => eagerness === value);
const isCrossFileSetting = (value: unknown): value is CrossFileSetting => CROSS_FILE_SETTINGS.some((each) => each === value);
const isSwitchboard = (value: unknown): value is Record<string, boolean> =>
  typeof value === 'object' && value !== null && Object.values(value).every(isBoolean);
