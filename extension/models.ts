import { homedir } from 'node:os';
import * as vscode from 'vscode';
import type { OpenModelParams } from '../engine/index.ts';
import { absolutePath } from './absolutePath.ts';
import { RecentModels } from './openModel/recentModels.ts';
import { engineSettings } from './settings.ts';
import type { Memory } from './storage/memory.ts';

/** Storage key of the model that comes with Paddock, whose path changes with each version. No path looks like it. */
export const OWN_KEY = 'default';

/** What the model that comes with Paddock is called: it may begin a sentence or stand alone. */
export function ownModelName(): string {
  return vscode.l10n.t("Paddock's own model");
}

/** The model of the settings, and what is remembered about models between windows. */
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

  /** Absolute path of the model of the settings. */
  get present(): string {
    const { model } = engineSettings();
    return model === '' ? this.own : absolutePath(model, homedir());
  }

  /** The engine's parameters for opening a model for completion, by default the one of the settings. */
  forCompletion(
    change: { readonly path?: string; readonly name?: string; readonly window?: number | undefined } = {},
  ): OpenModelParams {
    const { device, threads, window } = engineSettings();
    const path = change.path ?? this.present;
    const name = change.name ?? (path === this.own ? ownModelName() : this.recent.nameOf(path));
    return {
      role: 'completion',
      path,
      device,
      threads,
      window: change.window ?? window,
      conversions: this.conversions,
      ...(name !== undefined && { name }),
      ...(path === this.own && { key: OWN_KEY }),
    };
  }
}
