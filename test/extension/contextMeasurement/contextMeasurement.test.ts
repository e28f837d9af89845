import { describe, expect, it } from 'vitest';
import type { MeasureContextParams, MeasuredRow, ModelInfo } from '../../../engine/index.ts';
import { cancelled } from '../../../engine/index.ts';
import { type CodeFile, chooseTexts, longestWindow, questionsOf } from '../../../extension/contextMeasurement/chooseTexts.ts';
import { shownMeasurement } from '../../../extension/contextMeasurement/contextView.ts';
import { curvesCsv } from '../../../extension/contextMeasurement/curvesCsv.ts';
import { type Measurement, namedScaling, usualChoice, windowsUpTo } from '../../../extension/contextMeasurement/measurement.ts';
import { countFiles, type MeasuringEngine, measure } from '../../../extension/contextMeasurement/measuring.ts';
import { spread } from '../../../extension/contextMeasurement/spread.ts';
import { StoredMeasurements } from '../../../extension/contextMeasurement/stored.ts';
import { recommendationWords, scalingName } from '../../../webview/context/words.ts';
import { CONTEXT_TEXT_KEYS, type ContextTexts, isContextView } from '../../../webview/protocol/context.ts';
import { someMeasurement } from './samples.ts';

const file = (path: string, tokens: number): CodeFile => ({ path, text: `text of ${path}`, tokens });

describe('code to measure with', () => {
  it('is read from each folder in turn', () => {
    expect(spread(['b/2.ts', 'b/1.ts', 'a/x.ts', 'top.ts', 'b/3.ts'])).toEqual([
      'a/x.ts',
      'b/1.ts',
      'top.ts',
      'b/2.ts',
      'b/3.ts',
    ]);
  });

  it('is a text of its own if long, and joined with its folder if short', () => {
    const files = [file('a/short.ts', 60), file('a/long.ts', 500), file('b/1.py', 70), file('b/2.py', 70), file('c/tiny.ts', 10)];
    expect(chooseTexts(files, 100, 10).map(({ folder, text, tokens, comment }) => [folder, text, tokens, comment])).toEqual([
      ['a', 'text of a/long.ts', 500, '//'],
      ['b', 'text of b/1.py\ntext of b/2.py', 140, '#'],
    ]);
  });

  it('comes from as many folders as there are', () => {
    const files = ['a/1.ts', 'a/2.ts', 'a/3.ts', 'b/1.ts', 'c/1.ts'].map((path) => file(path, 300));
    expect(chooseTexts(files, 200, 4).map(({ text }) => text)).toEqual([
      'text of a/1.ts',
      'text of b/1.ts',
      'text of c/1.ts',
      'text of a/2.ts',
    ]);
  });

  it('reports the largest window it suffices for', () => {
    const windows = windowsUpTo(4_096);
    expect(windows).toEqual([128, 256, 512, 1_024, 2_048, 4_096]);
    expect(longestWindow([file('a.ts', 600), file('b/b.ts', 300)], windows)).toBe(256);
    expect(longestWindow([file('a.ts', 1_060)], windows)).toBe(512);
    expect(longestWindow([file('a.ts', 100)], windows)).toBe(0);
  });

  it('gives questions if there is a suitable line', () => {
    const text = 'import x\nexport function findsSomething(): void {\n}\n';
    const texts = [text, 'short\n'].map((each) => ({ folder: '', text: each, tokens: 1, comment: '//' }));
    expect(questionsOf(texts)).toEqual([{ line: 'export function findsSomething(): void {', rest: '}\n', comment: '//' }]);
  });
});

describe('what is shown of a measurement', () => {
  const shown = shownMeasurement(someMeasurement(), 0.02, 'today');

  it('has a curve for each scaling, and recovers the law of the data', () => {
    expect(shown.curves.map(({ scaling, stretches, points }) => [scaling, stretches, points.length])).toEqual([
      ['own', 3, 14],
      ['ntk', 3, 14],
    ]);
    const { law } = shown.curves[0] ?? {};
    expect(law?.beta.value).toBeCloseTo(0.5, 1);
    expect(law?.gamma.value).toBeCloseTo(1.2, 1);
    expect(law?.points[0]?.context).toBe(9);
  });

  it('recommends the smallest sufficient window, with its cost', () => {
    // √6 (1/√c − 1/√2c) is below 0.02 from c = 1287 on, and below 0.05 from 206 on.
    const at = (threshold: number) => shownMeasurement(someMeasurement(), threshold, '').curves[0]?.recommendation;
    expect(at(0.05)).toMatchObject({ window: 256, isLimited: false, ms: 128, bytes: 256 * 12_288 });
    expect(at(0.02)).toMatchObject({ window: 1_024, isLimited: true });
  });

  it('finds lines by length, and the guess without the line last', () => {
    const rows = shown.curves[0]?.retrieval.map(({ length, score, questions }) => [length, Number(score.toFixed(2)), questions]);
    expect(rows).toEqual([
      [256, 0.8, 2],
      [512, 0.6, 1],
      [1_024, 0.3, 1],
      [null, 0.1, 1],
    ]);
  });

  it('moves the published laws to the end of the first curve', () => {
    const end = shown.curves[0]?.law?.points.at(-1)?.loss;
    expect(shown.references.map(({ name }) => name)).toEqual(['7B', '13B', '34B', '70B'].map((size) => `LLaMA 2 Long ${size}`));
    for (const { points } of shown.references) expect(points.at(-1)?.loss).toBeCloseTo(end ?? 0, 10);
  });

  it('shows partial results when it was stopped early', () => {
    const all = someMeasurement();
    const first = shownMeasurement(someMeasurement({ losses: all.losses.slice(0, 1), scores: [], isComplete: false }), 0.02, '');
    expect(first.curves.map(({ law, recommendation, points }) => [law, recommendation, points.length])).toEqual([
      [null, null, 14],
      [null, null, 0],
    ]);
    const none = shownMeasurement(someMeasurement({ losses: [], scores: [] }), 0.02, '');
    expect(none.references).toEqual([]);
  });

  it('can be exported as CSV', () => {
    const lines = curvesCsv(shown).split('\r\n');
    expect(lines[0]).toBe('kind,scaling,context,value,low,high,count');
    expect(lines.filter((line) => line.startsWith('retrieval'))).toEqual([
      'retrieval,own,256,0.80000,,,2',
      'retrieval,own,512,0.60000,,,1',
      'retrieval,own,1024,0.30000,,,1',
      'retrieval without the line,own,,0.10000,,,1',
      'retrieval,ntk:2,256,0.75000,,,1',
      'retrieval,ntk:2,512,0.70000,,,1',
      'retrieval,ntk:2,1024,0.50000,,,1',
    ]);
    const laws = lines.filter((line) => line.startsWith('law,')).map((line) => line.split(',').map(Number));
    expect(laws.length).toBeGreaterThan(40);
    for (const [, , , value = 0, low = 1, high = 0] of laws) expect(low <= value && value <= high).toBe(true);
    expect(laws.some(([, , , , low = 0, high = 0]) => low < high)).toBe(true);
    expect(new Set(lines.slice(0, -1).map((line) => line.split(',').length))).toEqual(new Set([7]));
  });
});

describe('the recommendation', () => {
  const keys = Object.fromEntries(CONTEXT_TEXT_KEYS.map((key) => [key, key])) as Record<keyof ContextTexts, string>;
  const texts: ContextTexts = {
    ...keys,
    enough: '{0} is enough: {1} < {2}.',
    limited: '{0} at least: {1} ≥ {2}.',
    cost: '{0}, {1}.',
  };
  const written = {
    tokens: String,
    nats: (n: number) => n.toFixed(2),
    time: (ms: number) => `${ms} ms`,
    memory: (b: number) => `${b} B`,
  };
  const found = { window: 512, gain: 0.014, isLimited: false, ms: 80, bytes: 4_096 };

  it('is said in words', () => {
    const words = (recommendation: typeof found | null) => recommendationWords({ recommendation }, 0.02, texts, written);
    expect(words(found)).toBe('512 is enough: 0.01 < 0.02. 80 ms, 4096 B.');
    expect(words({ ...found, gain: 0.03, isLimited: true })).toBe('512 at least: 0.03 ≥ 0.02. 80 ms, 4096 B.');
    expect(words(null)).toBe('tooFew');
    expect(recommendationWords({ recommendation: { ...found, ms: null } }, 0.02, texts, written)).toBe(
      '512 is enough: 0.01 < 0.02.',
    );
  });

  it('names scalings with their number', () => {
    const reach = { own: 2_048, unscaled: 256 };
    expect(scalingName({ scaling: 'own', value: 2 }, texts)).toBe('own');
    expect(scalingName({ scaling: 'base', value: 500_000 }, texts)).toBe('byBase 500000');
    expect(namedScaling({ scaling: 'linear', value: 4 }, { contextLength: 512, reach })).toEqual({
      name: 'linear:4',
      scaling: { kind: 'linear', factor: 4 },
    });
    expect(namedScaling({ scaling: 'own', value: 4 }, { contextLength: 512, reach })).toEqual({ name: 'own' });
    // These extend the context that the model reads without scaling.
    const stretched = (own: typeof reach) => namedScaling({ scaling: 'dynamic', value: 4 }, { contextLength: 512, reach: own });
    expect(stretched(reach).scaling).toMatchObject({ original: 256 });
    expect(stretched({ own: 2_048, unscaled: 0 }).scaling).toMatchObject({ original: 512 });
  });
});

describe('measuring', () => {
  const model = { contextLength: 512, reach: { own: 512, unscaled: 512 } } as ModelInfo;
  const files = ['a/1.ts', 'b/1.ts'].map((path) => ({
    path,
    text: `export const aLineThatCanBeAskedFor = '${path}';\n${'code();\n'.repeat(100)}`,
    tokens: 900,
  }));
  const choice = { window: 256, texts: 4, scalings: [{ scaling: 'own' as const, value: 1 }] };
  const rows: MeasuredRow[] = [
    { kind: 'loss', scaling: 'own', losses: [3, 2], fraction: 0.4 },
    { kind: 'loss', scaling: 'own', losses: [2, 1], fraction: 0.8 },
    { kind: 'retrieval', scaling: 'own', length: undefined, score: 0.5, fraction: 1 },
  ];

  /** An engine that reports these rows, then does what follows. */
  function engine(end: () => Promise<void>): { asked: MeasureContextParams[]; engine: MeasuringEngine } {
    const asked: MeasureContextParams[] = [];
    const countTokens = async (texts: readonly string[]) => texts.map((text) => text.length);
    const budget = { cacheBytes: 13_000, promptTokens: 2, reserve: 128 };
    return {
      asked,
      engine: {
        countTokens,
        planChat: async () => budget as Awaited<ReturnType<MeasuringEngine['planChat']>>,
        measureContext: async (params, _signal, onRow) => {
          asked.push(params);
          for (const row of rows) onRow(row);
          await end();
        },
      },
    };
  }

  async function measured(end: () => Promise<void>) {
    const { asked, engine: measuring } = engine(end);
    const told: [Measurement, number][] = [];
    let time = 0;
    const done = measure(measuring, {
      ...{ model, files, choice, signal: new AbortController().signal, now: () => 5 },
      clock: () => (time += 64),
      onProgress: (sofar, fraction) => told.push([sofar, fraction]),
    });
    const error = await done.catch((thrown: unknown) => thrown);
    return { asked, told, error };
  }

  it('requests what was chosen, and reports each figure', async () => {
    const { asked, told, error } = await measured(async () => undefined);
    expect(error).toBeUndefined();
    expect(asked[0]).toMatchObject({ window: 256, stretches: 4, scalings: [{ name: 'own' }] });
    expect(asked[0]?.texts.length).toBe(2);
    expect(asked[0]?.questions.map(({ line }) => line)).toEqual([
      "export const aLineThatCanBeAskedFor = 'a/1.ts';",
      "export const aLineThatCanBeAskedFor = 'b/1.ts';",
    ]);
    expect(told.map(([, fraction]) => fraction)).toEqual([0, 0.4, 0.8, 1, 1]);
    expect(told.at(-1)?.[0]).toEqual({
      ...{ at: 5, window: 256, scalings: choice.scalings, msPerToken: 64 / 256, bytesPerToken: 100, isComplete: true },
      losses: [
        { scaling: 'own', losses: [3, 2] },
        { scaling: 'own', losses: [2, 1] },
      ],
      scores: [{ scaling: 'own', length: null, score: 0.5 }],
    });
  });

  it('has reported the results so far when it is stopped', async () => {
    const { told, error } = await measured(() => Promise.reject(cancelled()));
    expect(error).toMatchObject({ code: 'cancelled' });
    expect(told.at(-1)?.[0]).toMatchObject({ isComplete: false, losses: { length: 2 }, scores: { length: 1 } });
  });

  it('counts files a few at a time', async () => {
    const batches: number[] = [];
    const counting: MeasuringEngine = {
      ...engine(async () => undefined).engine,
      countTokens: async (texts) => {
        batches.push(texts.length);
        return texts.map(({ length }) => length);
      },
    };
    const many = Array.from({ length: 5 }, (_, i) => ({ path: `${i}.ts`, text: 'x'.repeat(20_000) }));
    const counted = await countFiles(counting, many, new AbortController().signal);
    expect(batches).toEqual([2, 2, 1]);
    expect(counted.map(({ path, tokens }) => [path, tokens])).toEqual(many.map(({ path }) => [path, 20_000]));
  });

  it('starts with settings that work for any model', () => {
    expect(usualChoice(512)).toEqual({ window: 512, texts: 16, scalings: [{ scaling: 'own', value: 2 }] });
    expect(usualChoice(8_192).window).toBe(1_024);
  });
});

describe('the last measurement', () => {
  it('is stored for each of a dozen models, and a complete one is kept until there is another', async () => {
    const values = new Map<string, unknown>();
    const memory = {
      get: (key: string) => values.get(key),
      update: async (key: string, value: unknown) => void values.set(key, value),
    };
    const stored = new StoredMeasurements(memory);
    const kept = (model: string) => stored.of(model).map(({ at }) => at);
    expect(kept('/models/a')).toEqual([]);
    expect(stored.threshold).toBe(0.01);
    for (let i = 0; i < 13; i++) await stored.keep(`/models/${i}`, someMeasurement({ at: i }));
    await stored.keep('/models/5', someMeasurement({ at: 99 }));
    expect(kept('/models/0')).toEqual([]);
    expect(kept('/models/5')).toEqual([99]);
    for (const at of [100, 101]) await stored.keep('/models/5', someMeasurement({ at, isComplete: false }));
    expect(kept('/models/5')).toEqual([101, 99]);
    await stored.keep('/models/5', someMeasurement({ at: 102 }));
    expect(kept('/models/5')).toEqual([102]);
    for (const at of [1, 2]) await stored.keep('/models/new', someMeasurement({ at, isComplete: false }));
    expect(kept('/models/new')).toEqual([2]);
    await stored.keep('/models/new', someMeasurement({ at: 3 }));
    expect(kept('/models/new')).toEqual([3]);
    await stored.setThreshold(0.2);
    expect(new StoredMeasurements(memory).threshold).toBe(0.2);
    values.set('contextMeasurements', { '/models/x': [{ at: 'never' }], '/models/y': someMeasurement({ at: 1 }) });
    expect([...kept('/models/x'), ...kept('/models/y')]).toEqual([]);
  });
});

it('its view survives serialisation', () => {
  const measurement = shownMeasurement(someMeasurement(), 0.02, 'today');
  const view = {
    ...{ kind: 'view', model: 'tiny', trained: 512, largest: 1_024, longestText: null, files: 0, onlyOpen: true, windows: [128] },
    scalings: ['own'] as const,
    ...{ choice: usualChoice(512), threshold: 0.01, progress: 0.5, problem: '', measurement },
    retention: null,
    others: { measurement: 'yesterday', retention: null },
  };
  expect(isContextView(JSON.parse(JSON.stringify(view)))).toBe(true);
  expect(isContextView({ ...view, measurement: { ...measurement, curves: [{}] } })).toBe(false);
});
