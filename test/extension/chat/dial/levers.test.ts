import { describe, expect, it } from 'vitest';
import { bestLever, drivenAt, type LeverFacts, leversOf, toldOf } from '../../../../extension/chat/dial/levers.ts';
import { BY_ITSELF, type OwnLevers } from '../../../../webview/protocol/chatRefusals.ts';

const token = leversOf({ decidesToRefuse: true, canSteer: true }, undefined);
const along = leversOf({ canSteer: true, opensRefusals: true }, '/d.gguf');
const words = leversOf({ canSteer: true, opensRefusals: true }, undefined);
const none = leversOf({}, '/d.gguf');
const own: OwnLevers = { threshold: null, mode: 'add', coefficient: 0, bias: 0 };

describe('the levers of a model', () => {
  it.each([
    ['one that decides', token, 'token', { token: 'ready', direction: 'noDirection', opening: 'decides' }],
    ['one with a direction', along, 'direction', { token: 'noTokens', direction: 'ready', opening: 'ready' }],
    ['one without', words, 'opening', { token: 'noTokens', direction: 'noDirection', opening: 'ready' }],
    ['one with a graph of its own', none, undefined, { token: 'noTokens', direction: 'ownGraph', opening: 'noOpenings' }],
  ] as const)('of %s', (_, facts, best, states) => {
    expect(facts.states).toEqual(states);
    expect(bestLever(facts)).toBe(best);
  });

  it('a token is better than a direction', () => {
    expect(bestLever(leversOf({ decidesToRefuse: true, canSteer: true }, '/d.gguf'))).toBe('token');
  });
});

describe('what the dial comes to', () => {
  const steering = (mode: 'add', coefficient: number) => ({ steering: { path: '/d.gguf', mode, coefficient } });
  it.each([
    ['nothing is told without a dial', token, null, {}, {}],
    ['a threshold', token, 0.2, {}, { refuseAbove: 0.2 }],
    ['strict along a direction', along, 0, {}, steering('add', 2)],
    ['permissive along a direction', along, 1, {}, steering('add', -2)],
    ['nothing in the middle of it', along, 0.5, {}, {}],
    ['words', words, 0.9, {}, { refuseAbove: 0.9 }],
    ['nothing where there is nothing to drive', none, 0.2, {}, {}],
    ['code is explained no stricter than in the middle', token, 0.2, { explains: true }, { refuseAbove: 0.5 }],
    ['nor along a direction', along, 0.2, { explains: true }, {}],
    ['but as permissive', along, 1, { explains: true }, steering('add', -2)],
    ['anyway, by the token', token, 0.1, { anyway: true }, { refuseAbove: 1 }],
    ['anyway, along a direction', along, 0.1, { anyway: true }, { refuseAbove: 1, ...steering('add', -2) }],
    ['anyway, without a dial', words, null, { anyway: true }, { refuseAbove: 1 }],
  ] as const)('%s', (_, facts: LeverFacts, threshold, occasion, told) => {
    expect(toldOf({ ...BY_ITSELF, threshold }, facts, occasion)).toEqual(told);
  });
});

describe('levers that are set by themselves', () => {
  const all = leversOf({ decidesToRefuse: true, canSteer: true }, '/d.gguf');
  it.each([
    ['nothing', all, own, {}, {}],
    [
      'threshold and direction together',
      all,
      { ...own, threshold: 0.3, coefficient: -2 },
      {},
      { refuseAbove: 0.3, steering: { path: '/d.gguf', mode: 'add', coefficient: -2 } },
    ],
    ['a bias', words, { ...own, bias: -3 }, {}, { refuseAbove: 1 / (1 + Math.exp(-3)) }],
    ['not what the model lacks', words, { ...own, threshold: 0.3, coefficient: 4 }, {}, {}],
    ['nothing strict where code is explained', along, { ...own, coefficient: 2, bias: 4 }, { explains: true }, {}],
    ['nor what is taken out the wrong way', along, { ...own, mode: 'project', coefficient: -1 }, { explains: true }, {}],
    [
      'what is wanted anyway is not made stricter',
      all,
      { ...own, threshold: 0, coefficient: 2 },
      { anyway: true },
      { refuseAbove: 1 },
    ],
  ] as const)('%s', (_, facts: LeverFacts, set: OwnLevers, occasion, told) => {
    expect(toldOf({ ...BY_ITSELF, threshold: 0.9, own: set }, facts, occasion)).toEqual(told);
  });

  it('is a bias of nothing in the middle of the dial', () => {
    expect(drivenAt(0.5, words)).toEqual({ lever: 'opening', bias: 0 });
    expect(drivenAt(1, words)).toEqual({ lever: 'opening', bias: -8 });
  });
});
