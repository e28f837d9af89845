import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { usePanel } from '../panel.ts';
import { allAttachable, type Offer, type Offers, offersAt, take } from './offers.ts';

/** Pause in typing before the cost is requested, in milliseconds. */
const CALM_MS = 250;

/** The message that is being written, and what can be completed in it. */
export interface Draft {
  readonly text: string;
  readonly offers: Offers | undefined;
  /** Which of the offers is chosen. */
  readonly active: number;
  readonly write: (text: string, caret: number) => void;
  readonly choose: (index: number) => void;
  readonly take: (offer: Offer) => void;
  readonly dismiss: () => void;
  /** Offers all that can be attached. */
  readonly offerAll: () => void;
  readonly clear: () => void;
}

/** The field, once it is there. */
export interface FieldRef {
  current: HTMLTextAreaElement | null;
}

interface State {
  readonly text: string;
  readonly offers: Offers | undefined;
  readonly active: number;
  /** Where to put the cursor; undefined to leave it where it is. */
  readonly caret: number | undefined;
}

const EMPTY: State = { text: '', offers: undefined, active: 0, caret: undefined };

export function useDraft(field: FieldRef): Draft {
  const { send, store } = usePanel();
  const [state, setState] = useState<State>(EMPTY);
  const { text, offers } = state;
  useLayoutEffect(
    () =>
      store.onDraft((given) => {
        setState({ ...EMPTY, text: given, caret: given.length });
        // It may have changed by itself; then the focus is elsewhere, and stays there.
        if (document.hasFocus()) field.current?.focus();
      }),
    [store, field],
  );
  useLayoutEffect(() => {
    if (state.caret !== undefined) field.current?.setSelectionRange(state.caret, state.caret);
  }, [field, state]);
  useTold(text, (told) => send({ kind: 'draft', text: told }));
  return {
    text,
    offers,
    active: state.active,
    write: (next, caret) => setState({ ...EMPTY, text: next, offers: offersAt(next, caret) }),
    choose: (index) => {
      const count = offers?.offers.length ?? 1;
      setState({ ...state, caret: undefined, active: (index + count) % count });
    },
    take: (offer) => {
      if (!offers) return;
      setState({ ...EMPTY, ...take(text, offers, offer) });
      if (offer.kind === 'attach') send({ kind: 'attach', what: offer.name });
      field.current?.focus();
    },
    dismiss: () => setState((now) => (now.offers ? { ...now, offers: undefined, caret: undefined } : now)),
    offerAll: () => {
      field.current?.focus();
      setState({ ...EMPTY, text, offers: offers ? undefined : allAttachable(field.current?.selectionStart ?? text.length) });
    },
    clear: () => setState(EMPTY),
  };
}

/** Sends the draft after a pause in typing, and the empty draft after sending. When the panel opens, the draft is empty. */
function useTold(text: string, tell: (text: string) => void): void {
  const told = useRef('');
  const teller = useRef(tell);
  teller.current = tell;
  useEffect(() => {
    if (text === told.current) return;
    const timer = setTimeout(() => {
      told.current = text;
      teller.current(text);
    }, CALM_MS);
    return () => clearTimeout(timer);
  }, [text]);
}
