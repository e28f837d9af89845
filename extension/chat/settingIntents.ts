import type { SettingIntent } from '../../webview/protocol/chatIntents.ts';
import type { Memory } from '../storage/memory.ts';
import type { ChatWindow } from './chatWindow.ts';

/** Under which it is remembered, for all workspaces, whether answers are shaded. */
const SHADING_KEY = 'chatShading';

/** Whether what the model was unsure of is shaded. */
export function isShading(everywhere: Memory): boolean {
  return everywhere.get(SHADING_KEY) === true;
}

/** Sets how the open model answers, or how its answers are shown. */
export async function inSettings(window: ChatWindow, everywhere: Memory, intent: SettingIntent): Promise<void> {
  switch (intent.kind) {
    case 'controls':
      return window.use(intent.controls);
    case 'resetControls':
      return window.use(undefined);
    case 'refusals':
      return window.dial.use(intent.settings);
    case 'shade':
      return everywhere.update(SHADING_KEY, intent.on);
  }
}
