import { l10n } from 'vscode';
import type { GenerationStats } from '../engine/index.ts';
import type { CompletionReport } from './engineState.ts';
import { number, percent } from './format.ts';

/** A suggestion that the engine computed, with what that took. */
export type ComputedReport = CompletionReport & { readonly stats: GenerationStats };

/**
 * The figures of the last suggestion, a line each; a line that begins with two spaces belongs to the one before.
 * @param last what the editor was given last; most keystrokes reuse known text, and have no figures of their own
 * @param computed the last that has numbers
 */
export function suggestionLines(last: CompletionReport | undefined, computed: ComputedReport | undefined): string[] {
  const known = last && !last.stats ? [l10n.t('Last suggestion: at once, since it was known already')] : [];
  if (!computed) return known;
  const { elapsedMs, stats } = computed;
  const [tokens, ms] = [tokensInWords(stats.generatedTokens), Math.round(elapsedMs)];
  const first =
    known.length > 0
      ? l10n.t('Last one that was computed: {0} in {1} ms', tokens, ms)
      : l10n.t('Last suggestion: {0} in {1} ms', tokens, ms);
  return [...known, first, ...workLines(stats).map((line) => `  ${line}`)];
}

function workLines({
  promptTokens,
  reusedTokens,
  generatedTokens,
  drafted,
  accepted,
  prefillMs,
  decodeMs,
}: GenerationStats): string[] {
  // Rounded down, so that 100% means all of them.
  const share = promptTokens > 0 ? Math.floor((100 * reusedTokens) / promptTokens) / 100 : 0;
  const firstMs = Math.round(prefillMs);
  const rate = generatedTokens > 1 && decodeMs > 0 ? Math.round((1000 * generatedTokens) / decodeMs) : undefined;
  return [
    l10n.t('{0} of code read, {1} of that known from the request before', tokensInWords(promptTokens), percent(share)),
    rate === undefined
      ? l10n.t('first token after {0} ms', firstMs)
      : l10n.t('first token after {0} ms, then {1} per second', firstMs, tokensInWords(rate)),
    ...(drafted > 0 ? [l10n.t('guessed ahead: {0} right of {1}', number(accepted), tokensInWords(drafted))] : []),
  ];
}

function tokensInWords(count: number): string {
  return count === 1 ? l10n.t('1 token') : l10n.t('{0} tokens', number(count));
}
