import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { ChatView } from '../protocol/chat.ts';
import type { LeftOut } from '../protocol/chatWindow.ts';
import type { VscodeButton } from '../shared/button.ts';
import { fill } from '../shared/fill.ts';
import { number } from '../shared/format.ts';
import { announcement } from './announcement.ts';
import { Best } from './candidates/best.tsx';
import { Composer } from './composer/composer.tsx';
import { EXAMPLES_ID } from './composer/examples.tsx';
import { Empty } from './empty.tsx';
import { History } from './history.tsx';
import { IconButton } from './iconButton.tsx';
import { PlainText } from './markdown/plainText.tsx';
import { Messages, type MessagesHandle } from './message/messages.tsx';
import { ShadingLegend } from './message/shadingLegend.tsx';
import { usePanel } from './panel.ts';
import { UnknownTip } from './unknownTip.tsx';
import { useDrop } from './useDrop.ts';
import { Controls } from './window/controls.tsx';
import { isTuned, Refusals } from './window/dial.tsx';
import { Gauge, PendingGauge } from './window/gauge.tsx';
import { Pin } from './window/pin.tsx';
import { PinnedChips } from './window/pinnedChips.tsx';

/** The panel: nothing until it was given its first view. */
export function Chat() {
  const view = useView();
  return view ? <Shown view={view} /> : null;
}

function useView(): ChatView | undefined {
  const { store } = usePanel();
  const [view, setView] = useState(store.view);
  // Before the first frame, so that no message is missed.
  useLayoutEffect(() => {
    setView(store.view);
    return store.onView(() => setView(store.view));
  }, [store]);
  return view;
}

function Shown({ view }: { readonly view: ChatView }) {
  const { texts, store } = usePanel();
  const [inHistory, setInHistory] = useState(false);
  const [editing, setEditing] = useState<string>();
  const field = useRef<HTMLTextAreaElement>(null);
  const messages = useRef<MessagesHandle>(null);
  const historyButton = useRef<VscodeButton>(null);
  const dragging = useDrop();
  useLayoutEffect(() => store.onBegun(() => setInHistory(false)), [store]);
  const edit = (id: string | undefined) => {
    setEditing(id);
    if (id === undefined) field.current?.focus();
  };
  const editLast = () => {
    const index = view.messages.findLastIndex(({ role }) => role === 'user');
    if (index < 0) return;
    messages.current?.reveal(index);
    edit(view.messages[index]?.id);
  };
  const showLeftOut = ({ kind, message }: LeftOut) => {
    const index = view.messages.findIndex(({ id }) => id === message);
    if (index >= 0) messages.current?.reveal(index, kind === 'summary');
    else document.getElementById(EXAMPLES_ID)?.focus();
  };
  const closeHistory = () => {
    setInHistory(false);
    historyButton.current?.focus();
  };
  return (
    <main class={dragging ? 'dragging' : ''} data-drop={texts.drop}>
      <Head view={view} inHistory={inHistory} onHistory={setInHistory} buttonRef={historyButton} />
      {inHistory && <History view={view} onClose={closeHistory} />}
      <div class="present" hidden={inHistory}>
        {view.messages.length === 0 ? (
          <Empty onExample={(text) => store.apply({ kind: 'draft', text })} />
        ) : (
          <Messages view={view} editing={editing} onEdit={edit} handle={messages} />
        )}
        <div class="foot">
          {view.shading && <ShadingLegend />}
          <Window view={view} onShow={showLeftOut} onUnpinned={() => field.current?.focus()} />
          <Composer view={view} field={field} onEditLast={editLast} />
        </div>
      </div>
      <UnknownTip />
      <Announcer view={view} />
    </main>
  );
}

interface HeadProps {
  readonly view: ChatView;
  readonly inHistory: boolean;
  readonly onHistory: (open: boolean) => void;
  readonly buttonRef: { current: VscodeButton | null };
}

function Head({ view, inHistory, onHistory, buttonRef }: HeadProps) {
  const { texts, send } = usePanel();
  return (
    <header>
      <h1 dir="auto">
        <PlainText text={inHistory ? texts.conversations : view.title || texts.newConversation} where="prose" />
      </h1>
      <IconButton
        icon={inHistory ? 'close' : 'history'}
        label={inHistory ? texts.close : texts.conversations}
        expanded={inHistory}
        onPress={() => onHistory(!inHistory)}
        buttonRef={buttonRef}
      />
      {!inHistory && (
        <IconButton
          icon="shade"
          label={texts.shade}
          pressed={view.shading}
          onPress={() => send({ kind: 'shade', on: !view.shading })}
        />
      )}
      <IconButton icon="add" label={texts.newConversation} onPress={() => send({ kind: 'new' })} />
    </header>
  );
}

interface WindowProps {
  readonly view: ChatView;
  /** Scrolls to something that was left out. */
  readonly onShow: (leftOut: LeftOut) => void;
  /** The last thing that was pinned no longer is. */
  readonly onUnpinned: () => void;
}

/** The context window: what takes it, how it is used, what is pinned in it. */
function Window({ view, onShow, onUnpinned }: WindowProps) {
  const { texts } = usePanel();
  const { gauge, controls, refusals, best, pinned } = view;
  return (
    <>
      {gauge ? <Gauge gauge={gauge} onShow={onShow} /> : controls && <PendingGauge window={controls.window} />}
      <PinnedChips view={view} onEmpty={onUnpinned} />
      <div class="disclosures">
        {controls && (
          <details>
            <summary>{texts.gauge}</summary>
            <Controls controls={controls} />
          </details>
        )}
        {refusals && (
          <details>
            <summary class={isTuned(refusals) ? 'on' : ''}>{texts.refusals}</summary>
            <Refusals refusals={refusals} best={best} />
          </details>
        )}
        {best && (
          <details>
            <summary class={best.count > 1 ? 'on' : ''}>{fill(texts.best, number(best.count))}</summary>
            <Best best={best} />
          </details>
        )}
        <details>
          <summary class={pinned.mode === 'off' ? '' : 'on'}>{texts.pin}</summary>
          <Pin pinned={pinned} />
        </details>
      </div>
    </>
  );
}

function Announcer({ view }: { readonly view: ChatView }) {
  const { texts } = usePanel();
  const before = useRef<ChatView | undefined>(undefined);
  const said = useRef('');
  said.current = announcement(before.current, view, texts) ?? said.current;
  before.current = view;
  return (
    <p class="unseen" role="status" aria-live="polite">
      {said.current}
    </p>
  );
}
