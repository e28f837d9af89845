import * as vscode from 'vscode';
import { type ModelInspection, parametersInWords, sizeInWords, storageInWords } from '../../engine/index.ts';
import { number } from '../format.ts';
import type { ChosenModel } from './chooseModel.ts';
import { memoryFor } from './memoryFor.ts';
import { choose } from './steps.ts';

const { l10n } = vscode;

/** Tokens of context to open the model with. */
type Choice = vscode.QuickPickItem & { readonly window?: number };

export interface ConfirmedModel {
  readonly name: string;
  /** Tokens of context, if the person chose a number other than their settings'. */
  readonly window: number | undefined;
}

/**
 * Describes a model, and asks whether and with which window to open it.
 * @param window the most tokens of context by the settings; 0 is as many as the model was trained on
 * @returns undefined when the person leaves
 * @throws PaddockError of the inspection
 */
export async function confirmModel(
  chosen: ChosenModel,
  window: number,
  inspect: (signal: AbortSignal) => Promise<ModelInspection>,
): Promise<ConfirmedModel | 'back' | undefined> {
  let name = chosen.name ?? '';
  let trained = 0;
  const choice = await choose<Choice>({
    title: l10n.t('Open {0}?', chosen.name ?? chosen.path),
    placeholder: l10n.t('Looking at the model…'),
    canGoBack: true,
    isChoice: (item) => item.window !== undefined,
    async fill(picker, signal) {
      const model = await inspect(signal);
      if (signal.aborted) return;
      name ||= model.name;
      trained = model.contextLength;
      picker.title = l10n.t('Open {0}?', name);
      picker.placeholder = l10n.t('Press Enter to open it, or choose another window');
      picker.items = items(model, chosen, window);
    },
  });
  if (choice === undefined || choice === 'back') return choice;
  return { name, window: choice.window === usualWindow(window, trained) ? undefined : choice.window };
}

/** The window a model gets by the settings. */
function usualWindow(setting: number, trained: number): number {
  return setting === 0 ? trained : Math.min(setting, trained);
}

function items(model: ModelInspection, { licence, path }: ChosenModel, setting: number): Choice[] {
  const usual = usualWindow(setting, model.contextLength);
  const others = model.memory.map(({ window }) => window).filter((window) => window !== usual);
  return [
    { label: `$(play) ${l10n.t('Open')}`, description: windowInWords(model, usual), window: usual },
    separator(l10n.t('What it is')),
    fact('symbol-class', l10n.t('Family'), model.family),
    fact('symbol-number', l10n.t('Parameters'), parametersInWords(model.parameters)),
    fact('file', l10n.t('Format'), `${model.format}, ${sizeInWords(model.fileBytes)}, ${storageInWords(model.storedAs)}`),
    fact('arrow-both', l10n.t('Trained window'), l10n.t('{0} tokens', number(model.contextLength))),
    fact(
      'edit',
      l10n.t('Fill in the middle'),
      model.fillInTheMiddle
        ? l10n.t('yes: suggestions fit what comes after the cursor')
        : l10n.t('no: suggestions see only what comes before the cursor'),
    ),
    fact('comment', l10n.t('Chat template'), model.chat ? l10n.t('yes') : l10n.t('no')),
    fact('law', l10n.t('Licence'), model.licence ?? licence ?? l10n.t('not said')),
    fact('folder', l10n.t('Place'), path),
    ...(others.length === 0
      ? []
      : [separator(l10n.t('Open with another window')), ...others.map((window) => other(model, window))]),
  ];
}

function other(model: ModelInspection, window: number): Choice {
  return { label: `$(play) ${l10n.t('{0} tokens', number(window))}`, description: memoryInWords(model, window), window };
}

function fact(icon: string, label: string, description: string): Choice {
  return { label: `$(${icon}) ${label}`, description };
}

function separator(label: string): Choice {
  return { label, kind: vscode.QuickPickItemKind.Separator };
}

function windowInWords(model: ModelInspection, window: number): string {
  return l10n.t('with a window of {0} tokens: {1}', number(window), memoryInWords(model, window));
}

function memoryInWords(model: ModelInspection, window: number): string {
  const bytes = memoryFor(window, model.memory);
  return bytes <= model.freeBytes
    ? l10n.t('about {0} of memory', sizeInWords(bytes))
    : l10n.t('about {0} of memory, more than the {1} that are free', sizeInWords(bytes), sizeInWords(model.freeBytes));
}
