import type { AnswerIntent } from '../../webview/protocol/chatIntents.ts';
import type { Answering } from './answering.ts';
import type { Asking } from './asking.ts';
import { regenerate, regenerateRefused } from './conversation.ts';

/** Has an answer given, or ends the one under way. */
export async function inAnswers(asking: Asking, answering: Answering, intent: AnswerIntent): Promise<void> {
  switch (intent.kind) {
    case 'send':
      return asking.send(intent.text);
    case 'edit':
      return asking.edit(intent.message, intent.text);
    case 'regenerate':
      return answering.give((now, ids, time) => regenerate(now, intent.message, ids.answer, time));
    case 'answerAnyway':
      return answering.give((now, ids, time) => regenerateRefused(now, intent.message, ids.answer, time), true);
    case 'stop':
      return answering.stop();
  }
}
