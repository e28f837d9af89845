import type { ChatParams } from '../../engine/index.ts';
import type { Dial } from '../chat/dial/dial.ts';
import type { Occasion } from '../chat/dial/levers.ts';

/**
 * What is asked in VS Code's own chat, with refusals tuned as in Paddock's panel. Who has a text of its own for the beginning of a
 * conversation keeps it: two would contradict each other.
 */
export function tuned(params: ChatParams, dial: Pick<Dial, 'system' | 'toldFor'>, occasion: Occasion = {}): ChatParams {
  const { conversation } = params;
  const system = conversation.system === '' ? dial.system : conversation.system;
  return { ...params, ...dial.toldFor(occasion), conversation: { ...conversation, system } };
}
