import type { ShownMessage } from '../../protocol/chatMessages.ts';
import type { ShownJudging } from '../../protocol/chatPreference.ts';

/** Whether two messages look the same: views are sent whole, and most messages in them have not changed. */
export function isSameMessage(one: ShownMessage, other: ShownMessage): boolean {
  return (
    one.id === other.id &&
    one.role === other.role &&
    one.state === other.state &&
    one.error === other.error &&
    one.leftOut === other.leftOut &&
    one.cut === other.cut &&
    one.summary === other.summary &&
    one.version.index === other.version.index &&
    one.version.count === other.version.count &&
    one.text === other.text &&
    one.numbers?.tokens === other.numbers?.tokens &&
    one.numbers?.device === other.numbers?.device &&
    one.numbers?.firstTokenMs === other.numbers?.firstTokenMs &&
    one.numbers?.tokensPerSecond === other.numbers?.tokensPerSecond &&
    one.decision?.refused === other.decision?.refused &&
    one.decision?.isTold === other.decision?.isTold &&
    one.decision?.offer === other.decision?.offer &&
    one.decision?.probability === other.decision?.probability &&
    one.decision?.threshold === other.decision?.threshold &&
    one.doubts.length === other.doubts.length &&
    one.unknown.length === other.unknown.length &&
    one.pinned === other.pinned &&
    isSameJudging(one.judging, other.judging) &&
    one.checks.length === other.checks.length &&
    one.attachments.length === other.attachments.length &&
    one.attachments.every(
      ({ id, label }, index) => other.attachments[index]?.id === id && other.attachments[index]?.label === label,
    )
  );
}

/** Versions are added, never changed. */
function isSameJudging(one: ShownJudging | null, other: ShownJudging | null): boolean {
  return (
    one?.thumb === other?.thumb &&
    one?.drawing === other?.drawing &&
    one?.drawn === other?.drawn &&
    one?.isRanked === other?.isRanked &&
    one?.versions.length === other?.versions.length &&
    one?.order.join() === other?.order.join()
  );
}
