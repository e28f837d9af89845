import { describe, expect, it } from 'vitest';
import { announcement } from '../../../webview/chat/announcement.ts';
import { isSameMessage } from '../../../webview/chat/message/sameMessage.ts';
import { ChatStore } from '../../../webview/chat/store.ts';
import type { ChatView } from '../../../webview/protocol/chat.ts';
import type { ShownMessage } from '../../../webview/protocol/chatMessages.ts';
import { answer, question, talkView } from '../chatScenes.ts';
import { chatTexts } from '../chatTexts.ts';

describe('ChatStore', () => {
  const view: ChatView = { ...talkView, messages: [question('q', 'Why?'), answer('a', 'Be', { state: 'streaming' })] };

  it('adds pieces to their message until the next view, which contains them', () => {
    const store = new ChatStore();
    const [asked, answered] = view.messages as [ShownMessage, ShownMessage];
    store.apply(view);
    store.apply({ kind: 'piece', message: 'a', text: 'ca' });
    store.apply({ kind: 'piece', message: 'a', text: 'use' });
    expect([store.textOf(asked), store.textOf(answered)]).toEqual(['Why?', 'Because']);
    store.apply({ ...view, messages: [asked, { ...answered, text: 'Because' }] });
    expect(store.textOf({ ...answered, text: 'Because' })).toBe('Because');
  });

  it('notifies listeners, and no longer those who have left', () => {
    const store = new ChatStore();
    const heard: string[] = [];
    const stop = [
      store.onView(() => heard.push('view')),
      store.onPiece(() => heard.push('piece')),
      store.onDraft((text) => heard.push(text)),
    ];
    const tell = () => {
      store.apply(view);
      store.apply({ kind: 'piece', message: 'a', text: 'x' });
      store.apply({ kind: 'draft', text: 'written' });
    };
    tell();
    for (const each of stop) each();
    tell();
    expect(heard).toEqual(['view', 'piece', 'written']);
  });
});

describe('announcement', () => {
  const at = (state: ShownMessage['state'], text = '', error = ''): ChatView => ({
    ...talkView,
    messages: [question('q', 'Why?'), answer('a', text, { state, error })],
  });
  const said = (before: ChatView | undefined, now: ChatView) => announcement(before, now, chatTexts);

  it('announces once that an answer is being written', () => {
    expect(said({ ...talkView, messages: [] }, at('streaming'))).toBe(chatTexts.answering);
    expect(said(at('streaming'), at('streaming', 'more'))).toBeUndefined();
  });

  it('announces once which of several answers is being written, and then the best', () => {
    const [asked, answered] = at('streaming').messages as [ShownMessage, ShownMessage];
    const judging = { drawing: 4, thumb: null, versions: [], order: [], drawn: 0, isRanked: false, vote: null };
    const drawing = { ...talkView, messages: [asked, { ...answered, judging }] };
    expect(said({ ...talkView, messages: [] }, drawing)).toBe(
      'Paddock is answering. Candidate 1 of 4. The best is shown when all are there.',
    );
    expect(said(drawing, drawing)).toBeUndefined();
    expect(said(drawing, at('done', 'So.'))).toBe('So.');
  });

  it('announces the answer when it is there, or why it is not', () => {
    expect(said(at('streaming'), at('done', 'So:\n\n```ts\na\nb\n```'))).toBe('So:\nCode, 2 lines.');
    expect(said(at('streaming'), at('done', '```ts\na\n```'))).toBe('Code, 1 line.');
    expect(said(at('streaming'), at('stopped', 'So'))).toBe(`So\n${chatTexts.stopped}`);
    expect(said(at('streaming'), at('stopped', 'So', 'It repeated itself.'))).toBe('So\nIt repeated itself.');
    expect(said(at('streaming'), at('failed', '', 'No room.'))).toBe('No room.');
  });

  it('announces nothing that was there before', () => {
    expect(said(undefined, at('done', 'old'))).toBeUndefined();
    expect(said({ ...at('streaming'), id: 'other' }, at('done', 'old'))).toBeUndefined();
    expect(said(at('done', 'old'), at('done', 'old'))).toBeUndefined();
  });
});

describe('isSameMessage', () => {
  const message = talkView.messages[0] as ShownMessage;
  const changes: Partial<ShownMessage>[] = [
    { id: 'x' },
    { role: 'assistant' },
    { text: 'x' },
    { state: 'failed' },
    { error: 'x' },
    { leftOut: true },
    { cut: 1 },
    { summary: 'x' },
    { attachments: [] },
    { attachments: [{ id: 'a1', label: 'x' }] },
    { version: { index: 0, count: 2 } },
    { version: { index: 1, count: 3 } },
    { numbers: { tokens: 1, tokensPerSecond: 1, firstTokenMs: 1, device: 'CPU' } },
  ];

  it('treats a copy as the same', () => {
    expect(isSameMessage(message, structuredClone(message))).toBe(true);
  });

  it.each(changes)('sees %j', (change) => {
    expect(isSameMessage(message, { ...message, ...change })).toBe(false);
  });
});
