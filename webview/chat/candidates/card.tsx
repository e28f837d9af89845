import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Gate, ShownScores, ShownVersion } from '../../protocol/chatPreference.ts';
import type { ChatTextKey } from '../../protocol/chatTexts.ts';
import { fill } from '../../shared/fill.ts';
import { number } from '../../shared/format.ts';
import { Button } from '../button.tsx';
import { Icon } from '../iconButton.tsx';
import type { IconName } from '../icons.ts';
import { PlainText } from '../markdown/plainText.tsx';
import { usePanel } from '../panel.ts';
import { previewOf } from './order.ts';

/** The drag data type of cards, which nothing else accepts. */
const CARD_TYPE = 'application/x-paddock-card';

/** Why safety decided, on a card that shows it. */
const GATE_TEXTS: Readonly<Record<Gate, ChatTextKey>> = { tagged: 'gateTagged', unsafe: 'gateUnsafe' };

interface CardProps {
  readonly version: ShownVersion;
  /** From 0, of so many. */
  readonly place: number;
  readonly of: number;
  readonly isShown: boolean;
  readonly busy: boolean;
  readonly onChoose: () => void;
  /** To another place, from 0. */
  readonly onMove: (place: number) => void;
  /** Another card was dropped on this one. */
  readonly onDropped: (id: string) => void;
}

/** A candidate: its beginning, its scores, and its buttons for moving it. */
export function Card({ version, place, of, isShown, busy, onChoose, onMove, onDropped }: CardProps) {
  const { texts } = usePanel();
  const { id, text, scores, gate } = version;
  const { item, focusOn } = useKeptFocus();
  const { over, drag } = useDragging(id, onDropped);
  const move = (by: -1 | 1, focus: string) => {
    focusOn(focus);
    onMove(place + by);
  };
  const name = fill(texts.candidate, number(place + 1), number(of));
  const classes = ['card', isShown && 'shown', over && 'over'].filter((each) => each !== false).join(' ');
  return (
    <li ref={item} class={classes} draggable={!busy} {...drag}>
      <button
        type="button"
        class="choose"
        aria-pressed={isShown}
        aria-keyshortcuts="Alt+ArrowUp Alt+ArrowDown"
        disabled={busy}
        onClick={onChoose}
        onKeyDown={(event) => {
          if (!event.altKey || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return;
          event.preventDefault();
          move(event.key === 'ArrowUp' ? -1 : 1, '.choose');
        }}
      >
        <span class="unseen">{name}. </span>
        <span class="preview">
          <PlainText text={previewOf(text) || texts.candidateEmpty} where="prose" />
        </span>
        {scores && <Scores scores={scores} />}
        {gate && <span class="gate">{texts[GATE_TEXTS[gate]]}</span>}
      </button>
      <span class="movers">
        <Mover icon="chevronUp" label={fill(texts.candidateUp, name)} off={busy || place === 0} onPress={() => move(-1, '.up')} />
        <Mover
          icon="chevronDown"
          label={fill(texts.candidateDown, name)}
          off={busy || place === of - 1}
          onPress={() => move(1, '.down')}
        />
      </span>
    </li>
  );
}

/** Moving an element in the document removes its focus, so it is restored to the pressed button. */
function useKeptFocus() {
  const item = useRef<HTMLLIElement>(null);
  const pressed = useRef<string>(undefined);
  useLayoutEffect(() => {
    if (pressed.current === undefined) return;
    item.current?.querySelector<HTMLElement>(pressed.current)?.focus();
    pressed.current = undefined;
  });
  const focusOn = (selector: string) => {
    pressed.current = selector;
  };
  return { item, focusOn };
}

/** A card that can be dragged, and dropped upon. */
function useDragging(id: string, onDropped: (id: string) => void) {
  const [over, setOver] = useState(false);
  const drag = {
    onDragStart: ({ dataTransfer }: DragEvent) => dataTransfer?.setData(CARD_TYPE, id),
    onDragOver: (event: DragEvent) => {
      if (!event.dataTransfer?.types.includes(CARD_TYPE)) return;
      event.preventDefault();
      setOver(true);
    },
    onDragLeave: () => setOver(false),
    onDrop: ({ dataTransfer }: DragEvent) => {
      setOver(false);
      const dropped = dataTransfer?.getData(CARD_TYPE) ?? '';
      if (dropped !== '') onDropped(dropped);
    },
  };
  return { over, drag };
}

function Scores({ scores }: { readonly scores: ShownScores }) {
  const { texts } = usePanel();
  const { helpful, safe, combined } = scores;
  const parts = [
    [texts.combined, combined],
    [texts.helpful, helpful],
    [texts.safe, safe],
  ] as const;
  return (
    <span class="scores">
      {parts.map(([name, value]) => (
        <span key={name}>
          {name}: {value.toFixed(2)}
        </span>
      ))}
    </span>
  );
}

interface MoverProps {
  readonly icon: Extract<IconName, 'chevronUp' | 'chevronDown'>;
  readonly label: string;
  /** It stays focusable, so that moving a card to the end does not lose the focus. */
  readonly off: boolean;
  readonly onPress: () => void;
}

function Mover({ icon, label, off, onPress }: MoverProps) {
  return (
    <Button
      icon-only
      class={`icon ${icon === 'chevronUp' ? 'up' : 'down'}`}
      title={label}
      aria-label={label}
      aria-disabled={off}
      onPress={() => {
        if (!off) onPress();
      }}
    >
      <Icon name={icon} />
    </Button>
  );
}
