import type { ChatParams } from '../../engine/index.ts';
import type { Dial } from '../chat/dial/dial.ts';
import type { Occasion } from '../chat/dial/levers.ts';

/**
 * A request of VS Code's own chat, with refusals tuned as in Paddock's panel. A caller's own system prompt is kept: two might contradict
 * each other.
 */
export function tuned(params: ChatParams, dial: Pick<Dial, 'system' | 'toldFor'>, occasion: Occasion = {}): ChatParams {
  const { conversation } = params;
  const system = conversation.system === '' ? dial.system : conversation.system;
  return { ...params, ...dial.toldFor(occasion), conversation: { ...conversation, system } };
}
