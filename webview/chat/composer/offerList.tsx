import type { Attachable } from '../../protocol/chatAttachments.ts';
import type { ChatTextKey } from '../../protocol/chatTexts.ts';
import { usePanel } from '../panel.ts';
import type { Command, Offer } from './offers.ts';

export const OFFERS_ID = 'offers';
export const offerId = (index: number): string => `${OFFERS_ID}-${index}`;

const ATTACHED: Readonly<Record<Attachable, ChatTextKey>> = {
  file: 'attachFile',
  selection: 'attachSelection',
  symbol: 'attachSymbol',
  problems: 'attachProblems',
  terminal: 'attachTerminal',
};
const COMMANDED: Readonly<Record<Command, ChatTextKey>> = {
  explain: 'commandExplain',
  fix: 'commandFix',
  doc: 'commandDoc',
  tests: 'commandTests',
  shorter: 'commandShorter',
  clear: 'commandClear',
};

interface OfferListProps {
  readonly offers: readonly Offer[];
  readonly active: number;
  readonly onTake: (offer: Offer) => void;
}

/** What can be completed. The focus stays in the field, whose keys choose. */
export function OfferList({ offers, active, onTake }: OfferListProps) {
  const { texts } = usePanel();
  const label = offers[0]?.kind === 'attach' ? texts.attach : texts.commands;
  return (
    <div class="offers" role="listbox" id={OFFERS_ID} aria-label={label}>
      {offers.map((offer, index) => (
        <div
          key={offer.name}
          id={offerId(index)}
          role="option"
          tabIndex={-1}
          aria-selected={index === active}
          class={index === active ? 'active' : ''}
          // A press would take the focus from the field.
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => onTake(offer)}
          onKeyDown={({ key }) => key === 'Enter' && onTake(offer)}
        >
          <span class="name">{offer.kind === 'command' ? `/${offer.name}` : `@${offer.name}`}</span>
          <span class="note">{texts[offer.kind === 'command' ? COMMANDED[offer.name] : ATTACHED[offer.name]]}</span>
        </div>
      ))}
    </div>
  );
}
