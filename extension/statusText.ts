import { l10n } from 'vscode';
import { type LoadProgress, type ModelInfo, parametersInWords, sizeInWords } from '../engine/index.ts';
import type { CompletionReport, EngineState } from './engineState.ts';
import { stageInWords } from './openModel/progress.ts';
import type { MemoryReport } from './workspaceMemory/report.ts';

/** What the status item depends on besides the engine. */
export interface StatusFacts {
  readonly state: EngineState;
  /** How far a model that is being opened has come. */
  readonly progress: LoadProgress | undefined;
  /** The active editor's language when it is turned off, else undefined. */
  readonly languageOff: string | undefined;
  /** Whether the editor's own `editor.inlineSuggest.enabled` lets suggestions appear. */
  readonly editorShows: boolean;
  readonly last: CompletionReport | undefined;
  readonly memory: MemoryReport;
}

/** Icon of the status bar item. */
export function statusIcon({ state, progress, languageOff, editorShows }: StatusFacts): string {
  if (progress) return '$(loading~spin)';
  if (state.kind === 'failed') return '$(error)';
  if (state.kind === 'off') return '$(circle-slash)';
  if (state.kind === 'loading' || state.kind === 'restarting') return '$(loading~spin)';
  if (languageOff !== undefined || !editorShows) return '$(circle-slash)';
  if (state.kind === 'unloaded') return '$(debug-disconnect)';
  return state.kind === 'generating' ? '$(sync~spin)' : '$(sparkle)';
}

/** Text of the status bar item. */
export function statusLabel(facts: StatusFacts): string {
  const { progress } = facts;
  const converting = progress?.stage === 'converting' ? ` ${Math.round(100 * progress.fraction)} %` : '';
  return `${statusIcon(facts)} Paddock${converting}`;
}

/** What there is to say, in one sentence. */
export function statusSentence({ state, languageOff }: StatusFacts): string {
  const hidden = state.kind === 'ready' && languageOff !== undefined;
  return hidden ? l10n.t('Inline completion is off for {0}.', languageOff) : stateSentence(state);
}

/** The state of the engine in one sentence. */
export function stateSentence(state: EngineState): string {
  switch (state.kind) {
    case 'off':
      return l10n.t('Inline completion is off.');
    case 'loading':
      return l10n.t('The engine opens {0}.', state.name);
    case 'unloaded':
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

/** Lines of the tooltip below the sentence, as Markdown. */
export function statusDetails({ state, progress, editorShows, last, memory }: StatusFacts): string[] {
  const lines: string[] = [];
  if (progress) lines.push(l10n.t('Opening a model: {0}', stageInWords(progress)));
  if (!editorShows) lines.push(l10n.t('The editor hides suggestions: its setting `editor.inlineSuggest.enabled` is off.'));
  if (state.kind === 'ready' || state.kind === 'generating') lines.push(...modelLines(state.model), memoryLine(memory));
  if (last) lines.push(lastLine(last));
  return lines;
}

function modelLines(model: ModelInfo): string[] {
  const count = parametersInWords(model.parameters);
  return [
    l10n.t('Model: {0} ({1}, {2} parameters)', plain(model.name), plain(model.family), count),
    l10n.t('Window: {0} of {1} tokens', model.window, model.contextLength),
    l10n.t('Memory: {0}, with a full window', sizeInWords(model.memoryBytes)),
    l10n.t('Runs on {0}, threads: {1}; opened in {2} ms', model.device, model.threads, Math.round(model.loadMs)),
    ...model.notes.map(plain),
  ];
}

function memoryLine({ state, paths, characters, waiting, leftOut }: MemoryReport): string {
  if (state === 'off') return l10n.t('Workspace memory: off');
  if (state === 'forgotten') return l10n.t('Workspace memory: forgotten');
  const text = sizeInWords(characters);
  if (state !== 'ready') return l10n.t('Workspace memory: {0} files, {1} of text so far; {2} to go', paths.length, text, waiting);
  if (leftOut > 0) return l10n.t('Workspace memory: {0} files, {1} of text; no room for {2} more', paths.length, text, leftOut);
  return l10n.t('Workspace memory: {0} files, {1} of text', paths.length, text);
}

/** Names come from files, and are not Markdown. */
function plain(text: string): string {
  return text.replaceAll(/[\\`*_{}[\]()<>#+\-.!|~&$]/g, '\\$&').replaceAll(/\s+/g, ' ');
}

function lastLine({ elapsedMs, stats }: CompletionReport): string {
  if (!stats && elapsedMs === 0) return l10n.t('Last suggestion: from memory');
  if (!stats) return l10n.t('Last suggestion: in {0} ms; ended early, with its block', Math.round(elapsedMs));
  const { generatedTokens, reusedTokens, promptTokens, drafted, accepted } = stats;
  return l10n.t(
    'Last suggestion: {0} tokens in {1} ms; {2} of {3} prompt tokens reused; {4} of {5} drafted tokens right',
    generatedTokens,
    Math.round(elapsedMs),
    reusedTokens,
    promptTokens,
    accepted,
    drafted,
  );
}
