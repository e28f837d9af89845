import * as vscode from 'vscode';
import { findPreferencePrior } from '../../engine/index.ts';
import type { PreferenceDoor } from '../chat/preference/door.ts';
import type { EngineSupervisor } from '../engineSupervisor.ts';
import { OWN_KEY } from '../models.ts';
import { chatDoor } from './chatDoor.ts';
import { preferencesWords } from './pageText.ts';
import { Preferences } from './preferences.ts';
import { PreferencesPage } from './preferencesPage.ts';
import { Suggestions } from './suggestions.ts';

/** Of the extension's storage: where preferences are, of all workspaces. */
const FOLDER = 'preferences';

/** What the person thinks of answers: what is kept, the page of it, and what the chat asks. */
export interface ComposedPreferences {
  readonly preferences: Preferences;
  readonly page: PreferencesPage;
  readonly door: PreferenceDoor;
  /** Takes in what becomes of inline suggestions. */
  readonly suggestions: Suggestions;
  /** Keeps what is not kept yet. */
  flush(): Promise<void>;
}

/**
 * @param own folder of the default model, whose heads stand for those of models that have none
 * @param onChange told that something is known, or has changed
 */
export function composePreferences(
  context: vscode.ExtensionContext,
  engine: EngineSupervisor,
  log: vscode.LogOutputChannel,
  { own, onChange }: { readonly own: string; readonly onChange: () => void },
): ComposedPreferences {
  const preferences: Preferences = new Preferences({
    folder: vscode.Uri.joinPath(context.globalStorageUri, FOLDER).fsPath,
    prior: async (model) => (await findPreferencePrior(model === OWN_KEY ? own : model, own)).heads,
    warn: (message) => log.warn(message),
    onChange: () => {
      page.changed();
      onChange();
    },
  });
  const suggestions = new Suggestions(preferences);
  const page: PreferencesPage = new PreferencesPage(context, { engine, preferences, suggestions, log });
  const flush = async () => {
    await suggestions.flush();
    await preferences.flush();
  };
  return { preferences, page, suggestions, flush, door: chatDoor(preferences, preferencesWords(), () => page.show()) };
}
