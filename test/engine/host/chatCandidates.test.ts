import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type ChatCandidatesParams,
  EngineClient,
  findPreferencePrior,
  isPaddockError,
  rankAnswers,
} from '../../../engine/index.ts';
import { defaultModel } from '../../support/defaultModel.ts';
import { engineEntry } from '../../support/paths.ts';

const params = (more: Partial<ChatCandidatesParams> = {}): ChatCandidatesParams => ({
  conversation: {
    system: '',
    pinned: { text: '', mode: 'off' },
    turns: [{ content: [{ kind: 'text', text: 'Write a function that adds two numbers.' }] }],
  },
  overflow: 'oldest',
  maxTokens: 16,
  use: { window: 0 },
  refuseAbove: 1,
  count: 4,
  ...more,
});

describe('several answers across the channel', () => {
  let client: EngineClient;
  beforeAll(async () => {
    client = new EngineClient({ entry: engineEntry, log: () => {}, onExit: () => {} });
    await client.openModel({ role: 'completion', path: defaultModel, device: 'cpu', threads: 1, window: 0 });
  });
  afterAll(() => client.dispose());

  it('arrive piece by piece, and then whole with all data that a preference head needs', async () => {
    const texts = ['', '', '', ''];
    const { candidates, stats } = await client.chatCandidates(params(), undefined, ({ candidate, piece }) => {
      texts[candidate] += piece;
    });
    for (const [i, { text }] of candidates.entries()) expect(text.startsWith(texts[i] as string)).toBe(true);
    expect(texts.filter((text) => text !== '').length).toBeGreaterThan(1);
    expect(stats.generatedTokens).toBeGreaterThan(4);
    const { heads } = await findPreferencePrior(defaultModel, defaultModel);
    const { ranked, divergence } = rankAnswers(
      heads,
      candidates.map(({ features }) => features),
    );
    expect(ranked.map(({ index }) => index).sort()).toEqual([0, 1, 2, 3]);
    expect(divergence).toBeCloseTo(0.636, 3);
  });

  it('are the same for the same seed, and different for another', async () => {
    const texts = async (seed: number) => (await client.chatCandidates(params({ seed }))).candidates.map(({ text }) => text);
    const first = await texts(1);
    expect(await texts(1)).toEqual(first);
    expect(await texts(100)).not.toEqual(first);
  });

  it('can be cancelled, after which other requests work', async () => {
    const controller = new AbortController();
    const running = client.chatCandidates(params({ maxTokens: 400, count: 16 }), controller.signal, () => controller.abort());
    await expect(running).rejects.toSatisfy((error) => isPaddockError(error, 'cancelled'));
    expect((await client.chatCandidates(params())).candidates).toHaveLength(4);
  });

  it('can be stopped early with the results so far, after which other requests work', async () => {
    const enough = new AbortController();
    const stop = () => enough.abort();
    const long = params({ maxTokens: 400, count: 4 });
    const { candidates } = await client.chatCandidates(long, undefined, stop, enough.signal);
    expect(candidates).toMatchObject([{ isCut: true }]);
    expect(candidates[0]?.marks.length).toBeLessThan(40);
    expect((await client.chatCandidates(params())).candidates).toHaveLength(4);
  });

  it('reuse what was computed for the conversation', async () => {
    await client.chatCandidates(params());
    const { stats } = await client.chatCandidates(params());
    expect(stats.reusedTokens).toBeGreaterThan(stats.promptTokens - 4);
  });
});
