import { l10n } from 'vscode';
import { type LoadProgress, type ModelInfo, parametersInWords, sizeInWords } from '../engine/index.ts';
import { deviceInWords } from './deviceWords.ts';
import type { CompletionReport, EngineState } from './engineState.ts';
import { decimal, number, percent } from './format.ts';
import { stageInWords } from './openModel/progress.ts';
import { isOpen, restingIn } from './readiness.ts';
import { type ComputedReport, suggestionLines } from './statusNumbers.ts';
import type { MemoryReport } from './workspaceMemory/report.ts';

/** A model that conversations have for themselves. */
export interface ChatModel {
  readonly name: string;
  /** Of the engine that is for it. */
  readonly state: EngineState;
}

/** The facts that the status item depends on besides the engine. */
export interface StatusFacts {
  readonly state: EngineState;
  /** The chat's own model; undefined where it uses the one that completes. */
  readonly chat: ChatModel | undefined;
  /** How far a model that is being opened has come. */
  readonly progress: LoadProgress | undefined;
  /** Whether inline completion is on; the engine may run for the chat alone. */
  readonly enabled: boolean;
  /** The active editor's language when it is turned off, else undefined. */
  readonly languageOff: string | undefined;
  /** Whether the active document is excluded. */
  readonly isExcluded: boolean;
  /** Whether suggestions come only when they are asked for. */
  readonly onlyByHand: boolean;
  /** Whether the editor's own `editor.inlineSuggest.enabled` lets suggestions appear. */
  readonly editorShows: boolean;
  /** What the editor was given last. */
  readonly last: CompletionReport | undefined;
  /** The last of these that the engine was asked for. */
  readonly computed: ComputedReport | undefined;
  readonly memory: MemoryReport;
}

/** Icon of the status bar item. */
function statusIcon({ state, progress, enabled, languageOff, isExcluded, editorShows }: StatusFacts): string {
  if (progress) return '$(loading~spin)';
  if (state.kind === 'failed') return '$(error)';
  if (state.kind === 'off') return '$(circle-slash)';
  if (state.kind === 'loading' || state.kind === 'restarting') return '$(loading~spin)';
  if (!enabled || languageOff !== undefined || isExcluded || !editorShows) return '$(circle-slash)';
  if (state.kind === 'unloaded') return '$(debug-disconnect)';
  return state.kind === 'generating' ? '$(sync~spin)' : '$(sparkle)';
}

/** Text of the status bar item. */
export function statusLabel(facts: StatusFacts): string {
  const { progress } = facts;
  const converting = progress?.stage === 'converting' ? ` ${percent(progress.fraction)}` : '';
  return `${statusIcon(facts)} Paddock${converting}`;
}

/** The most important fact in one sentence: first what stands in the way. */
export function statusSentence({ state, enabled, languageOff, isExcluded, onlyByHand, editorShows }: StatusFacts): string {
  if (isOpen(state) && !enabled) return l10n.t('Inline completion is off. The chat has {0}.', state.model.name);
  if (isOpen(state) && !editorShows) {
    return l10n.t('The editor hides all suggestions: its setting editor.inlineSuggest.enabled is off.');
  }
  if (state.kind === 'ready' && isExcluded) {
    return l10n.t('Nothing is suggested in this file: the setting paddock.exclude names it.');
  }
  if (state.kind === 'ready' && languageOff !== undefined) return l10n.t('Inline completion is off for {0}.', languageOff);
  if (state.kind === 'ready' && onlyByHand) {
    return l10n.t('Ready, with {0}. Suggestions come only when you ask for them.', state.model.name);
  }
  return stateSentence(state);
}

/** The state of the engine in one sentence. */
export function stateSentence(state: EngineState): string {
  switch (state.kind) {
    case 'off':
      return l10n.t('Inline completion is off.');
    case 'loading':
      return l10n.t('The engine opens {0}.', state.name);
    case 'unloaded':
      if (restingIn(state)) {
        return l10n.t('{0} was not used for a while and is unloaded. It is opened again as soon as it is asked.', state.name);
      }
      return l10n.t('{0} is unloaded. It is opened again when you ask for a suggestion.', state.name);
    case 'restarting':
      return l10n.t('The engine process {0}; it is started again.', state.reason);
    case 'failed':
      return state.reason;
    case 'generating':
      return l10n.t('The model writes a suggestion.');
    case 'ready':
      return l10n.t('Ready, with {0}.', state.model.name);
  }
}

/** The open model of the chat, or why there is none, in a sentence. */
export function modelSentence(state: EngineState): string {
  if (state.kind === 'off') return l10n.t('The engine is off.');
  if (state.kind === 'unloaded' && !restingIn(state)) return l10n.t('{0} is unloaded.', state.name);
  if (!isOpen(state)) return stateSentence(state);
  const { name, parameters, device, window } = state.model;
  const count = parametersInWords(parameters);
  return l10n.t('{0}: {1} parameters, on {2}, window of {3} tokens', name, count, deviceInWords(device), number(window));
}

/** What the chat's own model is doing; undefined where it has none. */
export function chatModelSentence({ chat }: Pick<StatusFacts, 'chat'>): string | undefined {
  if (!chat) return undefined;
  const { name, state } = chat;
  const words = state.kind === 'off' ? l10n.t('{0}, which is opened when the chat is', name) : modelSentence(state);
  return l10n.t('Chat: {0}', words);
}

/** Lines of the tooltip below the sentence, as text; those that begin with two spaces belong to the line before. */
export function statusDetails(facts: StatusFacts): string[] {
  const { state, progress, last, computed, memory } = facts;
  const lines: string[] = [];
  if (progress) lines.push(l10n.t('Opening a model: {0}', stageInWords(progress)));
  if (isOpen(state)) {
    const isNamed = statusSentence(facts).includes(state.model.name);
    lines.push(...modelLines(state.model, isNamed), l10n.t('Workspace memory: {0}', memoryInWords(memory)));
  }
  const chat = chatModelSentence(facts);
  return [...lines, ...(chat === undefined ? [] : [chat]), ...suggestionLines(last, computed)];
}

/** @param isNamed whether the sentence above names the model, so that its name need not come again */
function modelLines(model: ModelInfo, isNamed: boolean): string[] {
  const count = parametersInWords(model.parameters);
  return [
    isNamed
      ? l10n.t('Model: {0}, {1} parameters', model.family, count)
      : l10n.t('Model: {0} ({1}, {2} parameters)', model.name, model.family, count),
    l10n.t('Window: {0} of {1} tokens', number(model.window), number(model.contextLength)),
    l10n.t('Memory: {0}, with a full window', sizeInWords(model.memoryBytes)),
    l10n.t(
      'Runs on {0}, threads: {1}; opened in {2} s',
      deviceInWords(model.device),
      model.threads,
      decimal(model.loadMs / 1_000),
    ),
    ...model.notes,
  ];
}

/** What the memory of the workspace holds, or why it is empty. */
export function memoryInWords({ state, paths, characters, waiting, leftOut }: MemoryReport): string {
  if (state === 'off') return l10n.t('off');
  if (state === 'forgotten') return l10n.t('forgotten');
  const files = paths.length === 1 ? l10n.t('1 file') : l10n.t('{0} files', paths.length);
  const text = sizeInWords(characters);
  if (state !== 'ready') return l10n.t('{0}, {1} of text so far; {2} to go', files, text, waiting);
  if (leftOut > 0) return l10n.t('{0}, {1} of text; no room for {2} more', files, text, leftOut);
  return l10n.t('{0}, {1} of text', files, text);
}
