import { afterAll, beforeAll, expect, it } from 'vitest';
import type { LanguageModel } from '../../../engine/generate/model.ts';
import { describe as described, longestContext } from '../../../engine/host/modelInfo.ts';
import type { OpenModelParams } from '../../../engine/host/protocol.ts';
import { defaultModel } from '../../support/defaultModel.ts';
import { openFolder } from '../../support/engine.ts';

let model: LanguageModel;
beforeAll(async () => {
  model = await openFolder(defaultModel);
});
afterAll(() => model.dispose());

const params: OpenModelParams = { role: 'completion', path: defaultModel, device: 'cpu', threads: 1, window: 512 };

const infoOf = (each: LanguageModel) => described(each, params, { largest: 512, weights: '', loadMs: 0 });

it('rotary positions of a model can be scaled, as far as published scalings go', () => {
  expect(infoOf(model).canScale).toBe(true);
  expect(longestContext(model, undefined)).toBe(32 * model.config.contextLength);
});

it('other positions cannot be scaled, so the context ends where training did', () => {
  const { contextLength } = model.config;
  const other: LanguageModel = { ...model, config: { ...model.config, positions: { kind: 'alibi' } } };
  const { positions: _, ...unknown } = model.config;
  for (const each of [other, { ...model, config: unknown }]) {
    expect(infoOf(each)).not.toHaveProperty('canScale');
    expect(longestContext(each, undefined)).toBe(contextLength);
  }
});

it('the window is limited by memory', () => {
  const { contextLength } = model.config;
  const longest = longestContext(model, model.memory(contextLength >> 1).totalBytes);
  expect(longest).toBeGreaterThanOrEqual(contextLength >> 2);
  expect(longest).toBeLessThanOrEqual(contextLength >> 1);
});
