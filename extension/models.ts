import { homedir } from 'node:os';
import * as vscode from 'vscode';
import type { OpenModelParams, Role } from '../engine/index.ts';
import { absolutePath } from './absolutePath.ts';
import type { WantedModels } from './engineNeed.ts';
import { RecentModels } from './openModel/recentModels.ts';
import { engineSettings } from './settings.ts';
import type { Memory } from './storage/memory.ts';

/** Names the model that comes with Paddock, whose path changes with each version, in storage and settings. No path looks like it. */
export const OWN_KEY = 'default';

/** What the model that comes with Paddock is called: it may begin a sentence or stand alone. */
export function ownModelName(): string {
  return vscode.l10n.t("Paddock's own model");
}

/** A model at a place. */
export interface ModelToOpen {
  /** Absolute. */
  readonly path: string;
  /** What it was called when it was chosen, if that is known. */
  readonly name?: string;
  /** Tokens of context; undefined for those of the settings. */
  readonly window?: number | undefined;
}

/** The models of the settings, and what is remembered about models between windows. */
export class Models {
  readonly recent: RecentModels;
  /** Folder of the model that comes with Paddock. */
  readonly own: string;
  /** Where converted weights are kept. */
  readonly conversions: string;

  constructor(context: vscode.ExtensionContext, everywhere: Memory) {
    this.recent = new RecentModels(everywhere);
    this.own = vscode.Uri.joinPath(context.extensionUri, 'models', 'default').fsPath;
    this.conversions = vscode.Uri.joinPath(context.globalStorageUri, 'conversions').fsPath;
  }

  /** Absolute path of the model that completes. */
  get completion(): string {
    return this.#placeOf(engineSettings().model);
  }

  /** Absolute path of the model that conversations have for themselves; undefined where they use the one that completes. */
  get chat(): string | undefined {
    const { chatModel } = engineSettings();
    const place = chatModel === '' ? this.completion : this.#placeOf(chatModel);
    return place === this.completion ? undefined : place;
  }

  /** The engines' parameters for the models of the settings. */
  get wanted(): WantedModels {
    const { chat } = this;
    return {
      completion: this.opening('completion', { path: this.completion }),
      chat: chat === undefined ? undefined : this.opening('chat', { path: chat }),
    };
  }

  /** An engine's parameters for opening a model. @param window tokens of context, if not those of the settings */
  opening(role: Role, { path, name, window }: ModelToOpen): OpenModelParams {
    const settings = engineSettings();
    const shown = name ?? this.#nameOf(path);
    return {
      role,
      path,
      device: settings.device,
      threads: settings.threads,
      window: window ?? settings.window,
      conversions: this.conversions,
      ...(shown !== undefined && { name: shown }),
      ...(path === this.own && { key: OWN_KEY }),
    };
  }

  /** How a setting names a model at a path. */
  settingFor(path: string): string {
    return path === this.own ? OWN_KEY : path;
  }

  #placeOf(setting: string): string {
    return setting === '' || setting === OWN_KEY ? this.own : absolutePath(setting, homedir());
  }

  #nameOf(path: string): string | undefined {
    return path === this.own ? ownModelName() : this.recent.nameOf(path);
  }
}
