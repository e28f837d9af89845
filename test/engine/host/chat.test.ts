import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { questionFrom } from '../../../engine/generate/firstLine.ts';
import { Engine } from '../../../engine/host/engine.ts';
import type { ChatParams, MeasuredRow, TokenMark } from '../../../engine/host/protocol.ts';
import { defaultModel } from '../../support/defaultModel.ts';
import { readSource } from '../../support/sources.ts';
import { until } from '../../support/until.ts';

const engine = new Engine();
beforeAll(async () => {
  await engine.open({ role: 'completion', path: defaultModel, device: 'cpu', threads: 1, window: 0 });
});
afterAll(() => engine.close());

const params = (text: string, more: Partial<ChatParams> = {}): ChatParams => ({
  conversation: { system: '', pinned: { text: '', mode: 'off' }, turns: [{ content: [{ kind: 'text', text }] }] },
  overflow: 'oldest',
  maxTokens: 8,
  use: { window: 0 },
  ...more,
});

describe('a conversation', () => {
  it('uses the completion model if chats have none of their own', async () => {
    const pieces: string[] = [];
    const told: TokenMark[] = [];
    const { text, marks, budget } = await engine.chat(params('hello there'), undefined, (piece, tokens) => {
      pieces.push(piece);
      told.push(...tokens);
      expect(told.at(-1)?.end).toBeGreaterThanOrEqual(pieces.join('').length);
    });
    expect(pieces.join('')).toBe(text);
    expect(told.map(({ end, ...mark }) => ({ end: Math.min(end, text.length), ...mark }))).toEqual(marks.slice(0, told.length));
    expect(budget.window).toBe(engine.opened.model.window);
    expect(engine.planChat(params('hello there'))).toEqual(budget);
  });

  it('leaves the timeline of completions as it is', async () => {
    const request = { prefix: 'const a = 1;\nconst b = ', suffix: '', path: 'a.ts', maxTokens: 4, multiline: false };
    await engine.complete(request);
    await engine.chat(params('something else'));
    const { stats } = await engine.complete({ ...request, prefix: `${request.prefix}a` });
    expect(stats.reusedTokens).toBeGreaterThan(stats.promptTokens - 6);
  });

  it('changes its window and scaling without loading the model again', async () => {
    const { model } = engine.opened;
    const short = await engine.chat(params('hello', { use: { window: 96 } }));
    expect(short.budget.window).toBe(96);
    const longer = model.config.contextLength + 64;
    const scaled = await engine.chat(params('hello', { use: { window: longer, scaling: { kind: 'linear', factor: 2 } } }));
    expect(scaled.budget.window).toBe(longer);
    expect(scaled.stats.reusedTokens).toBe(0);
    expect(engine.opened.model).toBe(model);
  });

  it('slides when the window is full, on request', async () => {
    const filled = (sinks?: number) =>
      engine.chat(params('count', { maxTokens: 200, use: { window: 64, ...(sinks !== undefined && { sinks }) }, stop: [] }));
    const [fixed, sliding] = [await filled(), await filled(4)];
    expect(fixed.stats.generatedTokens + fixed.stats.promptTokens).toBeLessThanOrEqual(65);
    expect(sliding.finish === 'stop' || sliding.stats.generatedTokens === 200).toBe(true);
  });

  it('keeps what is reserved free, and goes on beyond it', async () => {
    const { budget, stats } = await engine.chat(params('count', { maxTokens: 200, reserve: 16, use: { window: 128 }, stop: [] }));
    expect(budget.reserve).toBe(16);
    expect(stats.generatedTokens).toBeGreaterThan(16);
  });

  it('is refused if its window takes too much memory, with one that fits', async () => {
    const huge = engine.chat(params('hello', { use: { window: 2 ** 27 } }));
    await expect(huge).rejects.toMatchObject({ code: 'not-enough-memory' });
    await expect(engine.chat(params('hello'))).resolves.toBeDefined();
  });

  it('lets completions run in between, and both end normally', async () => {
    const order: string[] = [];
    const chat = engine.chat(params('tell me', { maxTokens: 48 }), undefined, () => order.push('chat'));
    const completion = engine
      .complete({ prefix: 'let x = ', suffix: '', path: 'b.ts', maxTokens: 4, multiline: false })
      .then(() => order.push('completion'));
    await Promise.all([chat, completion]);
    expect(order).toContain('completion');
  });

  it('pauses while it gives way, as for a completion, and then ends as it would have', async () => {
    const asked = params('tell me', { maxTokens: 48, stop: [] });
    await engine.chat(asked); // its prompt is in the cache from now on, and is rounded the same
    const { text: undisturbed } = await engine.chat(asked);
    const way = new AbortController();
    let given: Promise<void> | undefined;
    let pieces = 0;
    const chat = engine.chat(asked, undefined, () => {
      pieces++;
      given ??= engine.giveWay(way.signal);
    });
    await until('the first piece', () => pieces > 0);
    const before = pieces;
    await new Promise((resolve) => setTimeout(resolve, 100)); // in which it would have ended
    expect(pieces - before).toBeLessThanOrEqual(2);
    way.abort();
    await expect(given).resolves.toBeUndefined();
    expect((await chat).text).toBe(undisturbed);
  });

  it('goes on where giving way was cancelled before it began', async () => {
    await expect(engine.giveWay(AbortSignal.abort())).rejects.toMatchObject({ code: 'cancelled' });
    await expect(engine.chat(params('again'))).resolves.toBeDefined();
  });

  it('ends when it is cancelled, within a step', async () => {
    const gone = new AbortController();
    const running = engine.chat(params('go on', { maxTokens: 400 }), gone.signal, () => gone.abort());
    await running.catch((error) => expect(error).toMatchObject({ code: 'cancelled' }));
    await expect(engine.chat(params('again'))).resolves.toBeDefined();
  });

  it('counts tokens', () => {
    expect(engine.countTokens(['', 'const a = 1;'])).toEqual([0, engine.opened.model.tokenizer.encode('const a = 1;').length]);
  });

  it('measures how the model uses a long context, and returns the results so far when stopped', async () => {
    const code = readSource('engine/graph/onnx.ts').text;
    const question = questionFrom(code, '//');
    const params = {
      texts: [code],
      stretches: 2,
      questions: question ? [question] : [],
      window: 256,
      scalings: [{ name: 'own' }],
    };
    const rows: MeasuredRow[] = [];
    await engine.studies.measureContext(params, (row) => rows.push(row));
    expect(rows.map(({ kind }) => kind)).toEqual(['loss', 'loss', 'retrieval', 'retrieval']);
    expect(rows.at(-1)?.fraction).toBeCloseTo(1, 6);
    const gone = new AbortController();
    const some: MeasuredRow[] = [];
    const onRow = (row: MeasuredRow) => {
      some.push(row);
      gone.abort();
    };
    const stopped = engine.studies.measureContext(params, onRow, gone.signal);
    await expect(stopped).rejects.toMatchObject({ code: 'cancelled' });
    expect(some).toEqual(rows.slice(0, 1));
  });
});
