import assert from 'node:assert/strict';
import { newConversation } from './conversations.ts';
import { closeAll } from './editor.ts';
import { leaveModel, useScriptedModel } from './otherModel.ts';
import { paddock } from './paddock.ts';
import { untilPageSays } from './pages.ts';
import { isWatched, strike } from './say.ts';
import { until } from './until.ts';

/** `orderTotal` is a function of the workspace; `groomAllPonies` and `TrotAllOn` exist nowhere. */
const answer = `Use these:

\`\`\`ts
const total = orderTotal(order);
groomAllPonies(total.toFixed(2));
\`\`\`

\`\`\`go
fmt.Println(strings.ToUpper(name))
ponies.TrotAllOn()
\`\`\`
`;

describe('names in answers of the chat', () => {
  let folder = '';
  before(async () => {
    await (await paddock()).ready();
    folder = await useScriptedModel(answer);
  });
  after(async () => {
    await closeAll();
    await leaveModel(folder);
  });

  it('are looked up in the workspace; those that are found nowhere are marked', async () => {
    if (!isWatched) return;
    await newConversation('chat-names-new');
    await strike({ type: 'How?' }, { press: 'Enter' });
    const last = async () => (await paddock()).chat().at(-1);
    await until('the answer', async () => (await last())?.state === 'done', 60_000);
    assert.equal((await last())?.text.trim(), answer.trim());
    await until('names to be marked', async () => (await last())?.unknown !== undefined, 60_000);
    assert.deepEqual((await last())?.unknown, ['groomAllPonies', 'TrotAllOn']);
    await untilPageSays('chat-names', /groomAllPonies/);
  });
});
