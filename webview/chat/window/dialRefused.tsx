import type { RefusedShare } from '../../protocol/chatRefusals.ts';
import type { ChatTextKey, ChatTexts } from '../../protocol/chatTexts.ts';
import { fill } from '../../shared/fill.ts';
import { listed, share } from '../../shared/format.ts';
import { usePanel } from '../panel.ts';

const SETS: Readonly<Record<string, ChatTextKey>> = {
  borderline: 'refusedBorderline',
  contrast: 'refusedContrast',
  ordinary: 'refusedOrdinary',
};

interface RefusedHereProps {
  /** Null where no audit says. */
  readonly refused: readonly RefusedShare[] | null;
  /** Not while the dial is on its way: nobody has looked it up. Its room is kept. */
  readonly isDecided: boolean;
}

/** What an audit found refused with the dial where it stands. */
export function RefusedHere({ refused, isDecided }: RefusedHereProps) {
  const { texts } = usePanel();
  return (
    <p class={isDecided ? 'note' : 'note unsettled'}>
      {refused ? fill(texts.refusedHere, listed(refused.map((each) => inWords(each, texts)))) : texts.refusedUnknown}
    </p>
  );
}

function inWords({ set, share: refused }: RefusedShare, texts: ChatTexts): string {
  const key = SETS[set];
  return key ? fill(texts[key], share(refused)) : fill(texts.refusedOther, share(refused), set);
}
