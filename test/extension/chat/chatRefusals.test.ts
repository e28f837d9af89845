import { describe, expect, test } from 'vitest';
import { type DialCrossingParams, PaddockError } from '../../../engine/index.ts';
import { PROMPTS } from '../../../extension/chat/dial/promptLevels.ts';
import { BY_ITSELF } from '../../../webview/protocol/chatRefusals.ts';
import { until } from '../../support/until.ts';
import { answered, asked, chatForEach, here, openWindow, view, wish } from './chatScene.ts';
import { model } from './scriptedEngine.ts';

chatForEach();

const settings = { ...BY_ITSELF, threshold: 0.2 };
const question = { kind: 'send', text: 'How do I kill a process?' } as const;

/** A model with a deciding token, as the scripted one has in these tests. */
function decides(probability: number): void {
  here.engine.become({ kind: 'ready', model: { ...model, decidesToRefuse: true } });
  here.engine.refusal = probability;
}

test('the dial and the prompt go with every question, and with what is measured, in the next window too', async () => {
  decides(0.1);
  await answered('So.', question);
  expect(here.engine.last.params.refuseAbove).toBeUndefined();
  expect(here.engine.last.params.conversation.system).toBe('');
  await wish({ kind: 'refusals', settings: { ...settings, level: 'cautious' } });
  await until('the prompt to be measured', () => here.engine.plans.at(-1)?.conversation.system === PROMPTS.cautious);
  here.chat.dispose();
  here.chat = await openWindow();
  await answered('So.', question);
  expect(here.engine.last.params).toMatchObject({ refuseAbove: 0.2, conversation: { system: PROMPTS.cautious } });
  expect(view().messages.at(-1)?.decision).toEqual({
    probability: 0.1,
    threshold: 0.2,
    refused: false,
    isTold: true,
    offer: null,
    target: null,
  });
});

test('a model without a deciding token has no dial, and is sent none', async () => {
  await wish({ kind: 'refusals', settings });
  await answered('So.', question);
  expect(view().refusals).toMatchObject({ driven: null, threshold: 0.2 });
  expect(here.engine.last.params).not.toHaveProperty('refuseAbove');
  expect(view().messages.at(-1)?.decision).toBeNull();
});

test('code that is explained is exempt from the strict side', async () => {
  decides(0.3);
  here.selection = { label: 'a.ts:1', language: 'typescript', text: 'kill(pid)' };
  await wish({ kind: 'refusals', settings });
  await answered('It ends a process.', { kind: 'send', text: '/explain' });
  expect(here.engine.last.params.refuseAbove).toBe(0.5);
});

test('what was refused is answered anyway, beside the refusal, and the dial is offered once', async () => {
  decides(0.73121);
  await wish({ kind: 'refusals', settings });
  await answered('No.', question);
  const [, refused] = view().messages;
  expect(refused?.decision).toEqual({
    probability: 0.73121,
    threshold: 0.2,
    refused: true,
    isTold: true,
    offer: null,
    target: null,
  });
  await answered('With kill.', { kind: 'answerAnyway', message: refused?.id ?? '' });
  expect(here.engine.last.params.refuseAbove).toBe(1);
  expect(here.engine.last.params).not.toHaveProperty('sampling');
  const given = () => view().messages[1];
  expect(given()).toMatchObject({ text: 'With kill.', version: { index: 1, count: 2 } });
  expect(given()?.decision).toEqual({
    probability: 0.73121,
    threshold: 1,
    refused: false,
    isTold: true,
    offer: 0.7313,
    target: null,
  });
  await wish({ kind: 'moveDial', message: given()?.id ?? '', move: 'there' });
  await Promise.resolve();
  expect(view().refusals?.threshold).toBe(0.7313);
  // It is not offered again, wherever the dial goes; the refusal is still there.
  await wish({ kind: 'refusals', settings });
  await Promise.resolve();
  expect(given()?.decision?.offer).toBeNull();
  await wish({ kind: 'version', message: given()?.id ?? '', index: 0 });
  await Promise.resolve();
  expect(given()).toMatchObject({ text: 'No.', decision: { refused: true } });
});

test('an offer that is declined moves nothing, and only what was refused is answered anyway', async () => {
  decides(0.9);
  await answered('No.', question);
  await answered('Yes.', { kind: 'answerAnyway', message: view().messages[1]?.id ?? '' });
  const { id = '' } = view().messages[1] ?? {};
  expect(view().messages[1]?.decision?.offer).toBe(0.9);
  await wish({ kind: 'moveDial', message: id, move: 'leave' });
  await Promise.resolve();
  expect(view().messages[1]?.decision?.offer).toBeNull();
  expect(view().refusals?.threshold).toBeNull();
  await asked({ kind: 'regenerate', message: id });
  expect(here.engine.last.params).not.toHaveProperty('refuseAbove');
  here.engine.last.end();
  await here.chat.ended;
  const runs = here.engine.runs.length;
  await wish({ kind: 'answerAnyway', message: id });
  expect(here.engine.runs.length).toBe(runs);
});

test('a question refused in words is answered anyway by the lever there is, and the dial is offered', async () => {
  here.engine.become({ kind: 'ready', model: { ...model, opensRefusals: true } });
  await answered("I'm sorry, but I cannot help with that.", question);
  const [, refused] = view().messages;
  expect(refused?.decision).toEqual({
    probability: null,
    threshold: null,
    refused: true,
    isTold: true,
    offer: null,
    target: null,
  });
  // The probability of a refusal's words is read only where a bias holds them back.
  here.engine.refusal = 0.61234;
  await answered('With kill.', { kind: 'answerAnyway', message: refused?.id ?? '' });
  expect(here.engine.last.params.refuseAbove).toBe(1);
  expect(view().messages[1]?.decision).toEqual({
    probability: 0.61234,
    threshold: 1,
    refused: false,
    isTold: true,
    offer: 0.6124,
    target: null,
  });
  await wish({ kind: 'moveDial', message: view().messages[1]?.id ?? '', move: 'there' });
  await Promise.resolve();
  expect(view().refusals).toMatchObject({ threshold: 0.6124, driven: { lever: 'opening' } });
  await answered('So.', question);
  expect(here.engine.last.params.refuseAbove).toBe(0.6124);
});

describe('along a direction', () => {
  const refusal = "I'm sorry, but I cannot help with that.";
  const answerAnyway = async () => {
    here.engine.become({ kind: 'ready', model: { ...model, canSteer: true, opensRefusals: true } });
    here.chat.dispose();
    const stored = [{ path: '/d.gguf', name: 'd', mark: 'd-1' }];
    here.levers = { directions: () => stored, audited: () => undefined };
    here.chat = await openWindow();
    await wish({ kind: 'refusals', settings: { ...settings, level: 'brief' } });
    await answered(refusal, question);
    // Where the direction is subtracted, a refusal is far less probable than at the dial's place.
    here.engine.refusal = 0.01;
    await answered('With kill.', { kind: 'answerAnyway', message: view().messages[1]?.id ?? '' });
    await Promise.resolve();
  };
  const decision = () => view().messages[1]?.decision;

  test('the dial is offered at the place where the question passes, which is found by trying', async () => {
    here.engine.crossing = 0.81231;
    await answerAnyway();
    await until('the offer', () => decision()?.offer === 0.8124);
    expect(here.engine.crossings).toHaveLength(1);
    const [{ along, conversation, ...rest } = {}] = here.engine.crossings as Partial<DialCrossingParams>[];
    expect([along, conversation?.system]).toEqual(['/d.gguf', PROMPTS.brief]);
    expect(rest.model).toBe(model.path);
    expect(conversation?.turns).toHaveLength(1);
    expect(rest).not.toHaveProperty('steering');
    await wish({ kind: 'moveDial', message: view().messages[1]?.id ?? '', move: 'there' });
    await Promise.resolve();
    expect(view().refusals?.threshold).toBe(0.8124);
  });

  test.each([
    ['refused up to the permissive end', 1],
    ['found nowhere', undefined],
    ['found in vain', new PaddockError('runtime', 'No.')],
  ])('nothing is offered where it is %s', async (_, crossing) => {
    here.engine.crossing = crossing;
    await answerAnyway();
    await until('it to be tried', () => here.engine.crossings.length === 1);
    await Promise.resolve();
    expect(decision()).toMatchObject({ refused: false, offer: null });
  });
});

test('commands about directions, and the audit, are passed to the editor', async () => {
  await wish({ kind: 'direction', act: 'find', path: '' });
  await wish({ kind: 'direction', act: 'remove', path: '/a.gguf' });
  await wish({ kind: 'audit' });
  expect(here.done.slice(-3)).toEqual(['direction find ', 'direction remove /a.gguf', 'audit']);
});
