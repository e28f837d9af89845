import type { EditorIntent } from '../../webview/protocol/chatIntents.ts';
import type { ChatHost } from './chatHost.ts';
import { documentedCode } from './code/documentedCode.ts';
import { type Attachment, type Conversation, messageOf } from './conversation.ts';

/** Carries out intents that only the editor can fulfil. @param attached what is attached to the message that is being written */
export async function inEditor(
  host: Pick<
    ChatHost,
    'copy' | 'runCode' | 'showAttachment' | 'openLink' | 'openModel' | 'loadModel' | 'measureContext' | 'direction' | 'audit'
  >,
  conversation: Conversation,
  attached: readonly Attachment[],
  intent: EditorIntent,
): Promise<void> {
  switch (intent.kind) {
    case 'copy':
      return host.copy(messageOf(conversation, intent.message)?.text ?? '');
    case 'code': {
      const { action, code, language, message } = intent;
      return host.runCode(action, { code, language, documented: documentedCode(conversation, message) });
    }
    case 'showAttachment': {
      const all = [...attached, ...conversation.messages.flatMap(({ attachments }) => attachments)];
      const attachment = all.find(({ id }) => id === intent.id);
      return attachment && host.showAttachment(attachment);
    }
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
