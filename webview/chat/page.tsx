/** The chat panel: draws the view it is given, adds the pieces of an answer to it, and sends the person's intents. */
import { render } from 'preact';
import { type ChatUpdate, isChatUpdate } from '../protocol/chat.ts';
import type { ChatIntent } from '../protocol/chatIntents.ts';
import { isChatTexts } from '../protocol/chatTexts.ts';
import { connect, startData } from '../shared/host.ts';
import { Chat } from './chat.tsx';
import { PanelContext } from './panel.ts';
import { ChatStore } from './store.ts';

const texts = startData(isChatTexts);
const store = new ChatStore();
const send = connect<ChatUpdate, ChatIntent>(isChatUpdate, (update) => store.apply(update));

// So that a test knows when there is something to see.
store.onView(() => {
  document.body.dataset.shown = 'chat';
});
render(
  <PanelContext.Provider value={{ texts, store, send }}>
    <Chat />
  </PanelContext.Provider>,
  document.body,
);
send({ kind: 'ready' });
