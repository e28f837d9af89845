import * as vscode from 'vscode';
import { findPreferencePrior } from '../../engine/index.ts';
import type { PreferenceDoor } from '../chat/preference/door.ts';
import type { ConversationEngine } from '../conversationEngine.ts';
import { OWN_KEY } from '../models.ts';
import { chatDoor } from './chatDoor.ts';
import { preferencesWords } from './pageText.ts';
import { Preferences } from './preferences.ts';
import { PreferencesPage } from './preferencesPage.ts';
import { Suggestions } from './suggestions.ts';

/** Of the extension's storage: where preferences are, of all workspaces. */
const FOLDER = 'preferences';

/** Preferences: the store, its page, and the chat's door to it. */
export interface ComposedPreferences {
  readonly preferences: Preferences;
  readonly page: PreferencesPage;
  readonly door: PreferenceDoor;
  /** Records what becomes of inline suggestions. */
  readonly suggestions: Suggestions;
  /** Saves what is not saved yet. */
  flush(): Promise<void>;
}

/**
 * @param own folder of the default model, whose heads are used for models without any
 * @param onChange told that something is known, or has changed
 */
export function composePreferences(
  context: vscode.ExtensionContext,
  engine: ConversationEngine,
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
  const suggestions: Suggestions = new Suggestions(preferences, () => page.changed());
  const page: PreferencesPage = new PreferencesPage(context, { engine, preferences, suggestions, log });
  const flush = async () => {
    await suggestions.flush();
    await preferences.flush();
  };
  return { preferences, page, suggestions, flush, door: chatDoor(preferences, preferencesWords(), () => page.show()) };
}
