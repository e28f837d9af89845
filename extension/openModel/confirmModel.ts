import * as vscode from 'vscode';
import { type ModelInspection, parametersInWords, type Role, sizeInWords, storageInWords } from '../../engine/index.ts';
import { number } from '../format.ts';
import type { ChosenModel } from './chooseModel.ts';
import { memoryFor } from './memoryFor.ts';
import { choose } from './steps.ts';

const { l10n } = vscode;

/** What a model is opened for: for completion and the chat, or for one of them, while the other keeps the model it has. */
export type Use = 'both' | Role;

type Choice = vscode.QuickPickItem & {
  readonly use?: Use;
  /** Tokens of context to open the model with; undefined for those of the settings. */
  readonly window?: number;
};

/** What the present models have to do with the one to be opened. */
export interface Present {
  /** The most tokens of context by the settings; 0 is as many as the model was trained on. */
  readonly window: number;
  /** Names of the models that complete and chat now; undefined where opening the model for one of both alone would change nothing. */
  readonly keeps: { readonly completion: string; readonly chat: string } | undefined;
}

/** A model, and the memory there is for it. */
export interface Inspected {
  readonly model: ModelInspection;
  /** Bytes that it may take for what it is opened for. */
  readonly freeBytes: Readonly<Record<Use, number>>;
}

export interface ConfirmedModel {
  readonly use: Use;
  readonly name: string;
  /** Tokens of context, if the person chose a number other than their settings'. */
  readonly window: number | undefined;
}

/**
 * Describes a model, and asks whether, for what and with which window to open it.
 * @returns undefined when the person leaves
 * @throws PaddockError of the inspection
 */
export async function confirmModel(
  chosen: ChosenModel,
  present: Present,
  inspect: (signal: AbortSignal) => Promise<Inspected>,
): Promise<ConfirmedModel | 'back' | undefined> {
  let name = chosen.name ?? '';
  const choice = await choose<Choice>({
    title: l10n.t('Open {0}?', chosen.name ?? chosen.path),
    placeholder: l10n.t('Looking at the model…'),
    canGoBack: true,
    isChoice: (item) => item.use !== undefined,
    async fill(picker, signal) {
      const inspected = await inspect(signal);
      if (signal.aborted) return;
      name ||= inspected.model.name;
      picker.title = l10n.t('Open {0}?', name);
      picker.placeholder = l10n.t('Press Enter to open it, or choose what for, or another window');
      picker.items = items(inspected, chosen, present);
    },
  });
  if (choice === undefined || choice === 'back') return choice;
  return { use: choice.use ?? 'both', name, window: choice.window };
}

/** The window a model gets by the settings. */
function usualWindow(setting: number, trained: number): number {
  return setting === 0 ? trained : Math.min(setting, trained);
}

function items(inspected: Inspected, { licence, path }: ChosenModel, { window, keeps }: Present): Choice[] {
  const { model } = inspected;
  const usual = usualWindow(window, model.contextLength);
  const others = model.memory.map(({ window }) => window).filter((window) => window !== usual);
  return [
    { label: `$(play) ${l10n.t('Open')}`, description: windowInWords(inspected, usual), use: 'both' },
    ...(keeps ? onlyFor(inspected, usual, keeps) : []),
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
      : [separator(l10n.t('Open with another window')), ...others.map((window) => other(inspected, window))]),
  ];
}

/** To open it for completion, or for the chat, while the other keeps its model. */
function onlyFor(inspected: Inspected, window: number, keeps: NonNullable<Present['keeps']>): Choice[] {
  const noTemplate = inspected.model.chat ? '' : l10n.t('no chat template');
  return [
    {
      label: `$(edit) ${l10n.t('Open for Completion Only')}`,
      description: listed(l10n.t('the chat keeps {0}', keeps.chat), memoryInWords(inspected, window, 'completion')),
      use: 'completion',
    },
    {
      label: `$(comment-discussion) ${l10n.t('Open for Chat Only')}`,
      description: listed(noTemplate, l10n.t('completion keeps {0}', keeps.completion), memoryInWords(inspected, window, 'chat')),
      use: 'chat',
    },
  ];
}

function listed(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(' · ');
}

function other(inspected: Inspected, window: number): Choice {
  const description = memoryInWords(inspected, window);
  return { label: `$(play) ${l10n.t('{0} tokens', number(window))}`, description, use: 'both', window };
}

function fact(icon: string, label: string, description: string): Choice {
  return { label: `$(${icon}) ${label}`, description };
}

function separator(label: string): Choice {
  return { label, kind: vscode.QuickPickItemKind.Separator };
}

function windowInWords(inspected: Inspected, window: number): string {
  return l10n.t(
    'for completion and the chat, with a window of {0} tokens: {1}',
    number(window),
    memoryInWords(inspected, window),
  );
}

function memoryInWords({ model, freeBytes }: Inspected, window: number, use: Use = 'both'): string {
  const [bytes, free] = [memoryFor(window, model.memory), freeBytes[use]];
  return bytes <= free
    ? l10n.t('about {0} of memory', sizeInWords(bytes))
    : l10n.t('about {0} of memory, more than the {1} that are free', sizeInWords(bytes), sizeInWords(free));
}
