import type { EditorIntent } from '../../webview/protocol/chatIntents.ts';
import type { ChatHost } from './chatHost.ts';
import { type Conversation, messageOf } from './conversation.ts';

/** Does what is the editor's alone to do. */
export async function inEditor(
  host: Pick<ChatHost, 'copy' | 'runCode' | 'openLink' | 'openModel' | 'loadModel' | 'measureContext' | 'direction' | 'audit'>,
  conversation: Conversation,
  intent: EditorIntent,
): Promise<void> {
  switch (intent.kind) {
    case 'copy':
      return host.copy(messageOf(conversation, intent.message)?.text ?? '');
    case 'code':
      return host.runCode(intent.action, intent.code, intent.language);
    case 'link':
      return host.openLink(intent.href);
    case 'openModel':
      return host.openModel();
    case 'measure':
      return host.measureContext();
    case 'direction':
      return host.direction(intent.act, intent.path);
    case 'audit':
      return host.audit();
    case 'loadModel':
      return host.loadModel();
  }
}
