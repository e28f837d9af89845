import type { PreferenceIntent } from '../../webview/protocol/chatPreference.ts';
import type { ChatHost } from './chatHost.ts';
import { type Conversation, messageOf, showVersion } from './conversation.ts';
import type { OpenConversations } from './openConversations.ts';
import {
  comparisonGiven,
  type Given,
  rankingGiven,
  thumbGiven,
  thumbName,
  withOrder,
  withThumb,
} from './preference/judgements.ts';

/** Records judgements of answers in the conversation shown. @param model that is open */
export async function inPreferences(
  conversations: OpenConversations,
  { preferences }: ChatHost,
  model: string | undefined,
  intent: PreferenceIntent,
): Promise<void> {
  const { current } = conversations;
  const change = (changed: (conversation: Conversation) => Conversation) => conversations.change(current.id, changed);
  const judge = async (given: Given | undefined) => given && preferences.judge(given.model, [given.judgement]);
  switch (intent.kind) {
    case 'best':
      if (model !== undefined) await preferences.setCount(model, intent.count);
      return;
    case 'choose':
      return change((now) => showVersion(now, intent.message));
    case 'thumb': {
      const answer = messageOf(current, intent.message);
      if (!answer?.weighed) return;
      await change((now) => withThumb(now, answer.id, intent.thumb));
      if (intent.thumb) await judge(thumbGiven(answer, intent.thumb, Date.now()));
      else await preferences.takeBack(answer.weighed.model, thumbName(answer.id));
      return;
    }
    case 'rank': {
      const given = rankingGiven(current, intent.order, Date.now());
      if (!given) return;
      await change((now) => withOrder(now, intent.order));
      return judge(given);
    }
    case 'compare':
      return judge(comparisonGiven(current, intent, Date.now()));
    case 'preferences':
      return preferences.open();
  }
}

/** The person wanted an answer to a refused question, so to them the refusal was a bad answer. */
export async function wantedAnyway({ current }: OpenConversations, { preferences }: ChatHost, refusal: string): Promise<void> {
  const message = messageOf(current, refusal);
  const given = message?.decision?.refused ? thumbGiven(message, 'down', Date.now()) : undefined;
  if (given) await preferences.judge(given.model, [{ ...given.judgement, id: `anyway-${refusal}` }]);
}
