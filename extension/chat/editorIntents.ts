import type { ChatIntent } from '../../webview/protocol/chatIntents.ts';
import type { ChatHost } from './chatHost.ts';

/** Does what is the editor's alone to do. */
export async function inEditor(
  host: Pick<ChatHost, 'runCode' | 'openLink' | 'openModel' | 'loadModel' | 'measureContext'>,
  intent: Extract<ChatIntent, { kind: 'code' | 'link' | 'openModel' | 'loadModel' | 'measure' }>,
): Promise<void> {
  switch (intent.kind) {
    case 'code':
      return host.runCode(intent.action, intent.code, intent.language);
    case 'link':
      return host.openLink(intent.href);
    case 'openModel':
      return host.openModel();
    case 'measure':
      return host.measureContext();
    case 'loadModel':
      return host.loadModel();
  }
}
