import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { Engine } from '../../../engine/host/engine.ts';
import type { OpenModelParams } from '../../../engine/host/protocol.ts';
import { Gate } from '../../../engine/ngrams/gate.ts';
import { defaultModel } from '../../support/defaultModel.ts';

const params: OpenModelParams = { role: 'completion', path: defaultModel, device: 'cpu', threads: 1, window: 512 };
const request = { prefix: 'const zebra = load', suffix: '\n', path: 'b.ts', maxTokens: 12, multiline: false };
const stripes = { path: 'a.ts', text: 'const zebra = loadStripes(savannah);\n'.repeat(4) };

const engine = new Engine();
beforeAll(() => engine.open(params));
afterAll(() => engine.close());

it('completions draw on remembered documents, unless told not to', async () => {
  const before = await engine.complete(request);
  expect(await engine.remember({ documents: [stripes], gone: [] })).toMatchObject({ documents: 1 });
  expect((await engine.complete(request)).text).toBe('Stripes(savannah);');
  expect((await engine.complete({ ...request, memory: false })).text).toBe(before.text);
  expect((await engine.complete({ ...request, path: stripes.path })).text).not.toContain('Stripes');
});

it('nothing is learned from what is computed ahead of an acceptance', async () => {
  await engine.remember({ documents: [stripes], gone: [] });
  const learn = vi.spyOn(Gate.prototype, 'learn');
  const { text } = await engine.complete(request);
  const ahead = { ...request, prefix: `${request.prefix + text}\n`, ahead: true };
  await engine.complete(ahead);
  expect(learn).not.toHaveBeenCalled();
  await engine.complete({ ...ahead, ahead: false });
  expect(learn).toHaveBeenCalled();
  learn.mockRestore();
});

it('changing the window keeps the memory; opening a model again clears it', async () => {
  await engine.remember({ documents: [stripes], gone: [] });
  await engine.open({ ...params, window: 256 });
  expect((await engine.complete(request)).text).toBe('Stripes(savannah);');
  await engine.open(params);
  await engine.open(params);
  expect(await engine.remember({ documents: [], gone: [] })).toMatchObject({ documents: 0, tokens: 0 });
});

it('a completion does not wait until a document is remembered', async () => {
  const documents = Array.from({ length: 40 }, (_, i) => ({
    path: `${i}.ts`,
    text: `const value${i} = compute(${i});\n`.repeat(600),
  }));
  let remembered = false;
  const remembering = engine.remember({ documents, gone: [] }).then(() => {
    remembered = true;
  });
  await engine.complete(request);
  expect(remembered).toBe(false);
  await remembering;
  engine.forgetWorkspace();
  expect((await engine.remember({ documents: [], gone: [] })).documents).toBe(0);
});

it('without a model, remembering fails', async () => {
  await expect(new Engine().remember({ documents: [stripes], gone: [] })).rejects.toMatchObject({ code: 'no-model' });
});
