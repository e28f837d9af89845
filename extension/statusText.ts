import { l10n } from 'vscode';
import type { ModelInfo } from '../engine/index.ts';
import type { CompletionReport, EngineState } from './engineState.ts';

/** What the status item depends on besides the engine. */
export interface StatusFacts {
  readonly state: EngineState;
  /** The active editor's language when it is turned off, else undefined. */
  readonly languageOff: string | undefined;
  /** Whether the editor's own `editor.inlineSuggest.enabled` lets suggestions appear. */
  readonly editorShows: boolean;
  readonly last: CompletionReport | undefined;
}

/** Icon of the status bar item. */
export function statusIcon({ state, languageOff, editorShows }: StatusFacts): string {
  if (state.kind === 'failed') return '$(error)';
  if (state.kind === 'off') return '$(circle-slash)';
  if (state.kind === 'loading' || state.kind === 'restarting') return '$(loading~spin)';
  if (languageOff !== undefined || !editorShows) return '$(circle-slash)';
  return state.kind === 'generating' ? '$(sync~spin)' : '$(sparkle)';
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
      return l10n.t('The engine opens the model in {0}.', state.folder);
    case 'restarting':
      return l10n.t('The engine process {0}; it is started again.', state.reason);
    case 'failed':
      return state.reason;
    case 'generating':
      return l10n.t('The model writes a suggestion.');
    case 'ready':
      return l10n.t('Ready.');
  }
}

/** Lines of the tooltip below the sentence, as Markdown. */
export function statusDetails({ state, editorShows, last }: StatusFacts): string[] {
  const lines: string[] = [];
  if (!editorShows) lines.push(l10n.t('The editor hides suggestions: its setting `editor.inlineSuggest.enabled` is off.'));
  if (state.kind === 'ready' || state.kind === 'generating') lines.push(...modelLines(state.model));
  if (last) lines.push(lastLine(last));
  return lines;
}

function modelLines(model: ModelInfo): string[] {
  const millions = (model.parameters / 1e6).toFixed(1);
  const megabytes = Math.round(model.weightBytes / 2 ** 20);
  return [
    l10n.t('Model: {0}, {1} M parameters, {2} MiB', model.name, millions, megabytes),
    l10n.t('Runs on {0}, threads: {1}; opened in {2} ms', model.device, model.threads, Math.round(model.loadMs)),
  ];
}

function lastLine({ elapsedMs, stats }: CompletionReport): string {
  if (!stats) return l10n.t('Last suggestion: from memory');
  return l10n.t(
    'Last suggestion: {0} tokens in {1} ms, {2} of {3} prompt tokens reused',
    stats.generatedTokens,
    Math.round(elapsedMs),
    stats.reusedTokens,
    stats.promptTokens,
  );
}
