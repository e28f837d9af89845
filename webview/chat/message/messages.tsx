import type { Ref } from 'preact';
import { useImperativeHandle, useRef, useState } from 'preact/hooks';
import type { ChatView } from '../../protocol/chat.ts';
import { Button } from '../button.tsx';
import { IconButton } from '../iconButton.tsx';
import { usePanel } from '../panel.ts';
import { useKeptFocus } from './keptFocus.ts';
import { Message, type MessageProps } from './message.tsx';
import { useEnd, useKeptPlace, useReplaced } from './scrolling.ts';
import { after, earlier, lastOf, later, type Span, withMessage } from './span.ts';

/** What others can do with the list. */
export interface MessagesHandle {
  /** Scrolls to a message, and focuses it. @param unfolds also opens its collapsible parts */
  reveal(index: number, unfolds?: boolean): void;
}

interface MessagesProps extends Pick<MessageProps, 'onEdit'> {
  readonly view: ChatView;
  readonly editing: string | undefined;
  readonly handle: Ref<MessagesHandle>;
}

/** Distance in pixels from the first rendered message at which earlier ones are rendered. */
const AHEAD = 600;

/**
 * The conversation. Only a part of a long one is rendered, which grows when its ends are scrolled to. At the end, the list stays at the
 * end.
 */
export function Messages({ view, editing, onEdit, handle }: MessagesProps) {
  const { texts } = usePanel();
  const { messages } = view;
  const scroller = useRef<HTMLDivElement>(null);
  const [span, setSpan] = useSpan(view);
  const atEnd = useEnd(scroller, span.to === messages.length);
  useKeptPlace(scroller, span.from, view.id);
  useReplaced(scroller, messages.at(-1), atEnd.stay);
  useKeptFocus(scroller, view);
  useImperativeHandle(handle, () => ({
    reveal: (index, unfolds = false) => {
      atEnd.leave();
      setSpan(withMessage(span, index, messages.length));
      requestAnimationFrame(() => {
        const article = document.getElementById(`message-${messages[index]?.id}`);
        if (unfolds) for (const details of article?.querySelectorAll('details') ?? []) details.open = true;
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
              canAsk={view.model.canAnswer && !view.busy}
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
    <Button class="more" onPress={onPress}>
      {label}
    </Button>
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
