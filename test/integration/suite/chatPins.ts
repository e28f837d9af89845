import assert from 'node:assert/strict';
import { lastConversation, newConversation } from './conversations.ts';
import { closeAll } from './editor.ts';
import { paddock } from './paddock.ts';
import { reloadPages, untilPageSays } from './pages.ts';
import { isWatched, strike } from './say.ts';
import { until } from './until.ts';

describe('pins in the chat', () => {
  before(async () => {
    await (await paddock()).ready();
  });
  after(closeAll);

  it('are set by keyboard, sent with every message, checked in the answer, and kept when the page is reloaded', async () => {
    if (!isWatched) return;
    await newConversation('chat-pins-new');
    // Tab from the field back to the instruction, which opens; after its text come the rules.
    await strike({ press: 'Shift+Tab' }, { press: 'Enter' }, { press: 'Tab' }, { type: 'Be kind.' });
    await strike({ press: 'Tab' }, { press: 'Tab' }, { press: 'Tab' }, { press: 'Space' });
    await untilPageSays('chat-pins-set', /Be kind\./, /At most 5 lines/, /About \d+ tokens with every message/);
    // Tab over the last rule, the choice of when it is sent and the test of retention, back to the field.
    await strike({ press: 'Tab' }, { press: 'Tab' }, { press: 'Tab' }, { press: 'Tab' });
    await strike({ type: 'What is a fence?' }, { press: 'Enter' });
    const state = async () => (await paddock()).chat().at(-1)?.state ?? '';
    await until('the answer', async () => /^(?:done|stopped)$/.test(await state()), 60_000);
    const { pinned, messages } = await lastConversation();
    assert.deepEqual(pinned, { text: 'Be kind.', mode: 'every', constraints: ['fiveLines'] });
    assert.deepEqual(
      messages.at(-1)?.checks?.map(({ constraint }) => constraint),
      ['fiveLines'],
    );
    await reloadPages();
    await untilPageSays('chat-pins-again', /What is a fence\?/, /ept: At most 5 lines/, /Be kind\./);
  });
});
