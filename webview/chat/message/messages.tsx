import type { Ref } from 'preact';
import { useImperativeHandle, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { ChatView } from '../../protocol/chat.ts';
import { IconButton } from '../iconButton.tsx';
import { usePanel } from '../panel.ts';
import { useKeptFocus } from './keptFocus.ts';
import { Message, type MessageProps } from './message.tsx';
import { after, earlier, lastOf, later, type Span, withMessage } from './span.ts';

/** What others can do with the list. */
export interface MessagesHandle {
  /** Brings a message before the eyes, and the focus to it. */
  reveal(index: number): void;
}

interface MessagesProps extends Pick<MessageProps, 'onEdit'> {
  readonly view: ChatView;
  readonly editing: string | undefined;
  readonly handle: Ref<MessagesHandle>;
}

/** Pixels from the end at which one still is at the end. */
const NEAR_END = 32;
/** Pixels before the first message that is drawn at which earlier ones are drawn. */
const AHEAD = 600;

/**
 * The conversation. Only a part of a long one is drawn, and grows when one scrolls to its ends. While one is at the end, it stays there.
 */
export function Messages({ view, editing, onEdit, handle }: MessagesProps) {
  const { texts } = usePanel();
  const { messages } = view;
  const scroller = useRef<HTMLDivElement>(null);
  const [span, setSpan] = useSpan(view);
  const atEnd = useEnd(scroller, span.to === messages.length);
  useKeptPlace(scroller, span.from, view.id);
  useKeptFocus(scroller, view);
  useImperativeHandle(handle, () => ({
    reveal: (index) => {
      atEnd.leave();
      setSpan(withMessage(span, index, messages.length));
      requestAnimationFrame(() => {
        const article = document.getElementById(`message-${messages[index]?.id}`);
        article?.scrollIntoView({ block: 'start' });
        // A question that is being edited has it already.
        if (!article?.contains(document.activeElement)) article?.focus({ preventScroll: true });
      });
    },
  }));
  const onScroll = () => {
    atEnd.look();
    const { scrollTop, scrollHeight, clientHeight } = scroller.current ?? document.body;
    if (span.from > 0 && scrollTop < AHEAD) setSpan(earlier(span));
    else if (span.to < messages.length && scrollHeight - scrollTop - clientHeight < AHEAD) setSpan(later(span, messages.length));
  };
  const toEnd = () => {
    setSpan(lastOf(messages.length));
    atEnd.go();
  };
  return (
    <div class="conversation">
      <div class="messages" ref={scroller} onScroll={onScroll}>
        {span.from > 0 && <More label={texts.earlier} onPress={() => setSpan(earlier(span))} />}
        <ol aria-label={texts.conversation}>
          {messages.slice(span.from, span.to).map((message) => (
            <Message
              key={message.id}
              message={message}
              texts={texts}
              busy={view.busy}
              editing={editing === message.id}
              onEdit={onEdit}
            />
          ))}
        </ol>
        {span.to < messages.length && <More label={texts.later} onPress={() => setSpan(later(span, messages.length))} />}
      </div>
      {!atEnd.reached && (
        <div class="toEnd">
          <IconButton icon="arrowDown" label={texts.latest} onPress={toEnd} />
        </div>
      )}
    </div>
  );
}

function More({ label, onPress }: { readonly label: string; readonly onPress: () => void }) {
  return (
    <button type="button" class="secondary more" onClick={onPress}>
      {label}
    </button>
  );
}

/** The messages that are drawn: the last ones of a conversation that was just opened. */
function useSpan({ id, messages }: ChatView): [Span, (span: Span) => void] {
  const count = messages.length;
  const [state, setState] = useState({ id, count, span: lastOf(count) });
  let { span } = state;
  if (state.id !== id) span = lastOf(count);
  else if (state.count !== count) span = after(span, state.count, count);
  if (span !== state.span || state.count !== count) setState({ id, count, span });
  return [span, (next) => setState({ id, count, span: next })];
}

/** Holds the list at its end while the person is there, whatever grows. @param complete whether the last message is drawn */
function useEnd(scroller: { readonly current: HTMLDivElement | null }, complete: boolean) {
  const following = useRef(true);
  const top = useRef(0);
  const [reached, setReached] = useState(true);
  useLayoutEffect(() => {
    const list = scroller.current;
    if (!list) return;
    const hold = new ResizeObserver(() => {
      if (!following.current) return;
      list.scrollTop = list.scrollHeight;
      top.current = list.scrollTop;
    });
    hold.observe(list);
    for (const child of list.children) hold.observe(child);
    return () => hold.disconnect();
  }, [scroller]);
  const follow = (follows: boolean) => {
    following.current = follows;
    setReached(follows);
  };
  return {
    reached: reached && complete,
    /** To be called when one scrolls, before anything is drawn because of it. */
    look: () => {
      const { scrollTop, scrollHeight, clientHeight } = scroller.current ?? document.body;
      const near = scrollHeight - scrollTop - clientHeight < NEAR_END;
      // Only a movement upwards leaves the end: what was added below has moved nobody.
      if (near || scrollTop < top.current) follow(near);
      top.current = scrollTop;
    },
    leave: () => follow(false),
    go: () => {
      follow(true);
      requestAnimationFrame(() => scroller.current?.scrollTo({ top: scroller.current.scrollHeight }));
    },
  };
}

/** Leaves what one reads where it is when earlier messages are drawn above it. */
function useKeptPlace(scroller: { readonly current: HTMLDivElement | null }, from: number, id: string): void {
  const before = useRef({ from, id, height: 0, top: 0 });
  const list = scroller.current;
  if (list) before.current = { ...before.current, height: list.scrollHeight, top: list.scrollTop };
  useLayoutEffect(() => {
    const { current } = scroller;
    const { from: was, id: of, height, top } = before.current;
    if (current && of === id && from < was) current.scrollTop = top + current.scrollHeight - height;
    before.current = { ...before.current, from, id };
  }, [scroller, from, id]);
}
