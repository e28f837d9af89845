import path from 'node:path';
import * as vscode from 'vscode';
import {
  discoverModels,
  type FoundModel,
  isPaddockError,
  type ModelOrigin,
  modelPlaces,
  sizeInWords,
  thisMachine,
} from '../../engine/index.ts';
import { absolutePath } from '../absolutePath.ts';
import { ownModelName } from '../models.ts';
import type { RecentModel } from './recentModels.ts';
import { choose } from './steps.ts';

const { l10n } = vscode;

/** A model to inspect: its location, and its name if known. */
export interface ChosenModel {
  readonly path: string;
  readonly name?: string;
  /** Licence information stored next to the model, in case its own file has none. */
  readonly licence?: string | undefined;
}

type Choice = vscode.QuickPickItem & { readonly model?: ChosenModel; readonly browse?: 'file' | 'folder' };

/** Choices besides the models found on this machine. */
export interface KnownModels {
  /** Path of the one that completes. */
  readonly completion: string;
  /** Path of the one that conversations have for themselves; undefined where they use that, too. */
  readonly chat: string | undefined;
  readonly recent: readonly RecentModel[];
  /** Folder of the model that comes with Paddock. */
  readonly own: string;
}

/** Shows the models of this machine as they are found. @returns undefined when the person leaves */
export async function chooseModel(known: KnownModels, log: vscode.LogOutputChannel): Promise<ChosenModel | undefined> {
  const chosen = await choose<Choice>({
    title: l10n.t('Open Model'),
    placeholder: l10n.t('Choose a model on this machine, or type the path of one'),
    isChoice: ({ model, browse }) => model !== undefined || browse !== undefined,
    fill: (picker, signal) => fillWithModels(picker, known, log, signal),
  });
  if (chosen === undefined || chosen === 'back') return undefined;
  return chosen.browse ? browse(chosen.browse, known.completion) : chosen.model;
}

async function fillWithModels(
  picker: vscode.QuickPick<Choice>,
  known: KnownModels,
  log: vscode.LogOutputChannel,
  signal: AbortSignal,
): Promise<void> {
  const found = new Map<string, FoundModel>();
  let waits: NodeJS.Timeout | undefined;
  const draw = () => {
    clearTimeout(waits);
    waits = undefined;
    if (signal.aborted) return;
    const [active] = picker.activeItems;
    const isMarked = active !== picker.items.find(({ kind }) => kind !== vscode.QuickPickItemKind.Separator);
    const items = [...typedPath(picker.value), ...choices(known, [...found.values()])];
    picker.keepScrollPosition = true;
    picker.items = items;
    // A growing list must not move the person's selection.
    const same = active?.model && items.find(({ model }) => model?.path === active.model?.path);
    if (same && isMarked) picker.activeItems = [same];
  };
  picker.onDidChangeValue(draw);
  draw();
  const onFound = (model: FoundModel) => {
    found.set(model.path, model);
    waits ??= setTimeout(draw, 50);
  };
  try {
    const { problems } = await discoverModels(await modelPlaces(thisMachine()), { signal, onFound });
    for (const problem of problems) log.info(`Looking for models: ${problem}`);
  } catch (error) {
    if (!isPaddockError(error, 'cancelled')) throw error;
  }
  draw();
}

function choices(known: KnownModels, found: readonly FoundModel[]): Choice[] {
  const { recent, own } = known;
  const inUse = (place: string, separator = ' · ') => {
    const words = useInWords(place, known);
    return words === '' ? '' : `${separator}${words}`;
  };
  const recently = recent
    .filter((model) => model.path !== own)
    .map((model): Choice => ({ label: `$(history) ${model.name}`, description: `${model.path}${inUse(model.path)}`, model }));
  const origins = Object.keys(ORIGINS) as ModelOrigin[];
  const groups = origins.flatMap((origin) => group(ORIGINS[origin], ofOrigin(found, origin, inUse)));
  const ours: Choice = {
    label: `$(package) ${ownModelName()}`,
    description: inUse(own, ''),
    model: { path: own, name: ownModelName() },
  };
  return [
    ...group(l10n.t('Recently opened'), recently),
    ...groups,
    ...group('Paddock', [ours]),
    ...group(l10n.t('Elsewhere'), [
      { label: `$(file) ${l10n.t('Choose a File…')}`, description: 'GGUF', alwaysShow: true, browse: 'file' },
      {
        label: `$(folder-opened) ${l10n.t('Choose a Folder…')}`,
        description: 'safetensors, ONNX',
        alwaysShow: true,
        browse: 'folder',
      },
    ]),
  ];
}

/** What a model is in use for; empty for nothing. */
function useInWords(place: string, { completion, chat }: KnownModels): string {
  if (place === chat) return l10n.t('in use for the chat');
  if (place !== completion) return '';
  return chat === undefined ? l10n.t('in use') : l10n.t('in use for completion');
}

/** Names are not translated. */
const ORIGINS: Readonly<Record<ModelOrigin, string>> = {
  ollama: 'Ollama',
  'lm-studio': 'LM Studio',
  'hugging-face': 'Hugging Face',
  'llama.cpp': 'llama.cpp',
};

function ofOrigin(found: readonly FoundModel[], origin: ModelOrigin, inUse: (place: string) => string): Choice[] {
  return found
    .filter((model) => model.origin === origin)
    .sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }))
    .map((model) => ({
      label: `$(database) ${[model.name, ...(model.otherNames ?? [])].join(', ')}`,
      description: `${model.format}, ${sizeInWords(model.bytes)}${inUse(model.path)}`,
      model: { path: model.path, name: model.name, licence: model.licence },
    }));
}

function group(label: string, items: readonly Choice[]): Choice[] {
  return items.length === 0 ? [] : [{ label, kind: vscode.QuickPickItemKind.Separator }, ...items];
}

/** The typed text, if it can only be a path. */
function typedPath(value: string): Choice[] {
  const typed = value.trim();
  if (!path.isAbsolute(typed) && !/^~[/\\]/.test(typed)) return [];
  return [{ label: `$(arrow-right) ${typed}`, alwaysShow: true, model: { path: absolutePath(typed, thisMachine().home) } }];
}

async function browse(kind: 'file' | 'folder', beside: string): Promise<ChosenModel | undefined> {
  const chosen = await vscode.window.showOpenDialog({
    title: kind === 'file' ? l10n.t('Choose a model file') : l10n.t('Choose a model folder'),
    openLabel: l10n.t('Look at This Model'),
    canSelectFiles: kind === 'file',
    canSelectFolders: kind === 'folder',
    defaultUri: vscode.Uri.file(path.dirname(beside)),
    ...(kind === 'file' && { filters: { [l10n.t('Models')]: ['gguf'], [l10n.t('All files')]: ['*'] } }),
  });
  return chosen?.[0] && { path: chosen[0].fsPath };
}
