import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { GenerationStats, ModelInfo } from '../../../engine/index.ts';
import type { EngineState } from '../../../extension/engineState.ts';
import { type MenuFacts, menuChoices } from '../../../extension/statusMenu.ts';
import { type StatusFacts, statusDetails, statusLabel, statusSentence } from '../../../extension/statusText.ts';
import type { MemoryReport } from '../../../extension/workspaceMemory/report.ts';
import { paddock, setting } from './paddock.ts';
import { until } from './until.ts';

const model: ModelInfo = {
  path: '/models/foal.gguf',
  key: '/models/foal.gguf',
  weights: 'foal-1',
  name: 'Foal *1*',
  family: 'Llama',
  parameters: 110e6,
  contextLength: 4096,
  reach: { own: 4096, unscaled: 4096 },
  window: 2048,
  largestWindow: 131_072,
  vocabularySize: 32_000,
  layers: 12,
  weightBytes: 60 * 2 ** 20,
  memoryBytes: 71 * 2 ** 20,
  device: 'cpu',
  threads: 2,
  fillInTheMiddle: true,
  severalFiles: false,
  loadMs: 154.6,
  notes: ['The device [webgpu] is not there.'],
};
/** The chat's own. */
const mare: ModelInfo = { ...model, name: 'Mare', parameters: 3e9, device: 'webgpu', window: 8192 };
const memory: MemoryReport = { state: 'ready', paths: ['a.ts'], characters: 2048, waiting: 0, leftOut: 0, size: undefined };
const stats: GenerationStats = {
  promptTokens: 400,
  reusedTokens: 398,
  generatedTokens: 12,
  drafted: 9,
  accepted: 8,
  prefillMs: 13.7,
  decodeMs: 60,
};
const quiet: StatusFacts = {
  state: { kind: 'ready', model },
  chat: undefined,
  progress: undefined,
  enabled: true,
  languageOff: undefined,
  isExcluded: false,
  onlyByHand: false,
  editorShows: true,
  last: undefined,
  computed: undefined,
  memory,
};
const calm: MenuFacts = {
  state: { kind: 'ready', model },
  chat: undefined,
  memory,
  enabled: true,
  trigger: 'automatic',
  language: { name: 'TypeScript', isOn: true },
  canSnooze: true,
};

/** Lines of the menu without their icons; descriptions after a bar, names of groups in brackets. */
function menu(facts: Partial<MenuFacts>): string[] {
  return menuChoices({ ...calm, ...facts }).map(({ label, description, kind }) => {
    if (kind === vscode.QuickPickItemKind.Separator) return `[${label}]`;
    return label.replace(/^\$\([\w-]+\) /, '') + (description ? ` | ${description}` : '');
  });
}

describe('what the status item says', () => {
  const lastOf = (facts: Partial<StatusFacts>) =>
    statusDetails({ ...quiet, ...facts }).filter(
      (line) => !/^(Model|Window|Memory|Runs|Work)/.test(line) && !line.includes('webgpu'),
    );

  it('about the model and the workspace memory', () => {
    assert.deepEqual(statusDetails(quiet), [
      'Model: Llama, 110 M parameters',
      'Window: 2,048 of 4,096 tokens',
      'Memory: 71 MiB, with a full window',
      'Runs on CPU, threads: 2; opened in 0.155 s',
      'The device [webgpu] is not there.',
      'Workspace memory: 1 file, 2.0 KiB of text',
    ]);
  });

  it('names the model once, in the sentence or below it', () => {
    const writes: StatusFacts = { ...quiet, state: { kind: 'generating', model } };
    const off: StatusFacts = { ...quiet, enabled: false };
    for (const facts of [quiet, writes, off]) {
      const said = [statusSentence(facts), ...statusDetails(facts)].join('\n');
      assert.equal(said.split(model.name).length, 2, said);
    }
    assert.equal(statusDetails(writes)[0], 'Model: Foal *1* (Llama, 110 M parameters)');
  });

  it('about the last suggestion: tokens of the prompt, how many were reused, latency and speed', () => {
    const computed = { text: 'x', elapsedMs: 75.2, stats };
    const numbers = [
      '  400 tokens of code read, 99% of that known from the request before',
      '  first token after 14 ms, then 200 tokens per second',
      '  guessed ahead: 8 right of 9 tokens',
    ];
    assert.deepEqual(lastOf({ last: computed, computed }), ['Last suggestion: 12 tokens in 75 ms', ...numbers]);
    const known = 'Last suggestion: at once, since it was known already';
    assert.deepEqual(lastOf({ last: { text: 'y', elapsedMs: 0 } }), [known]);
    assert.deepEqual(lastOf({ last: { text: 'y', elapsedMs: 0 }, computed }), [
      known,
      'Last one that was computed: 12 tokens in 75 ms',
      ...numbers,
    ]);
    const single = { ...computed, stats: { ...stats, reusedTokens: 0, generatedTokens: 1, drafted: 0 } };
    assert.deepEqual(lastOf({ last: single, computed: single }).slice(1), [
      '  400 tokens of code read, 0% of that known from the request before',
      '  first token after 14 ms',
    ]);
    const one = { ...single, stats: { ...stats, promptTokens: 1, reusedTokens: 0, generatedTokens: 1, drafted: 1, accepted: 0 } };
    assert.deepEqual(lastOf({ last: one, computed: one }), [
      'Last suggestion: 1 token in 75 ms',
      '  1 token of code read, 0% of that known from the request before',
      '  first token after 14 ms',
      '  guessed ahead: 0 right of 1 token',
    ]);
    const slow = { ...computed, stats: { ...stats, generatedTokens: 2, drafted: 0, decodeMs: 2_000 } };
    assert.equal(lastOf({ last: slow, computed: slow }).at(-1), '  first token after 14 ms, then 1 token per second');
  });

  it('about an obstacle, once', () => {
    const off = 'The editor hides all suggestions: its setting editor.inlineSuggest.enabled is off.';
    assert.equal(statusSentence({ ...quiet, editorShows: false }), off);
    assert.equal(statusSentence({ ...quiet, editorShows: false, languageOff: 'log' }), off);
    assert.equal(statusSentence({ ...quiet, editorShows: false, state: { kind: 'off' } }), 'Inline completion is off.');
    assert.equal(statusSentence({ ...quiet, enabled: false }), 'Inline completion is off. The chat has Foal *1*.');
    assert.equal(statusSentence({ ...quiet, languageOff: 'log' }), 'Inline completion is off for log.');
    const excluded = 'Nothing is suggested in this file: the setting paddock.exclude names it.';
    assert.equal(statusSentence({ ...quiet, isExcluded: true, languageOff: 'log' }), excluded);
    assert.equal(statusLabel({ ...quiet, isExcluded: true }), '$(circle-slash) Paddock');
    const rests = { kind: 'unloaded', name: 'Foal', rests: model } as const;
    assert.equal(
      statusSentence({ ...quiet, state: rests }),
      'Foal was not used for a while and is unloaded. It is opened again as soon as it is asked.',
    );
    const byHand = 'Ready, with Foal *1*. Suggestions come only when you ask for them.';
    assert.equal(statusSentence({ ...quiet, onlyByHand: true }), byHand);
    assert.equal(statusSentence({ ...quiet, onlyByHand: true, languageOff: 'log' }), 'Inline completion is off for log.');
    assert.equal(statusSentence(quiet), 'Ready, with Foal *1*.');
    assert.deepEqual(statusDetails({ ...quiet, editorShows: false }).slice(1), statusDetails(quiet).slice(1));
    const labels = [quiet, { ...quiet, editorShows: false }, { ...quiet, state: { kind: 'failed', reason: '' } } as const];
    const converting = { ...quiet, progress: { stage: 'converting', fraction: 0.421 } } as const;
    assert.equal(statusLabel(converting), '$(loading~spin) Paddock 42%');
    assert.deepEqual(labels.map(statusLabel), ['$(sparkle) Paddock', '$(circle-slash) Paddock', '$(error) Paddock']);
  });

  it("about the chat's own model, in each of its states", () => {
    const said = (state: EngineState) => statusDetails({ ...quiet, chat: { name: 'Mare', state } }).at(-1);
    const lines: readonly [EngineState, string][] = [
      [{ kind: 'off' }, 'Chat: Mare, which is opened when the chat is'],
      [{ kind: 'loading', name: 'Mare' }, 'Chat: The engine opens Mare.'],
      [{ kind: 'ready', model: mare }, 'Chat: Mare: 3 B parameters, on GPU (WebGPU), window of 8,192 tokens'],
      [{ kind: 'generating', model: mare }, 'Chat: Mare: 3 B parameters, on GPU (WebGPU), window of 8,192 tokens'],
      [{ kind: 'unloaded', name: 'Mare' }, 'Chat: Mare is unloaded.'],
      [{ kind: 'failed', reason: 'mare.gguf is no model.' }, 'Chat: mare.gguf is no model.'],
    ];
    for (const [state, line] of lines) assert.equal(said(state), line);
    assert.ok(!statusDetails(quiet).some((line) => line.startsWith('Chat')));
  });

  it('about the workspace memory in each of its states', () => {
    const lines = (report: Partial<MemoryReport>) => statusDetails({ ...quiet, memory: { ...memory, ...report } }).at(-1);
    assert.equal(lines({ state: 'off' }), 'Workspace memory: off');
    assert.equal(lines({ state: 'forgotten' }), 'Workspace memory: forgotten');
    assert.equal(lines({ state: 'reading', waiting: 7 }), 'Workspace memory: 1 file, 2.0 KiB of text so far; 7 to go');
    const full = lines({ paths: ['a', 'b'], leftOut: 3 });
    assert.equal(full, 'Workspace memory: 2 files, 2.0 KiB of text; no room for 3 more');
  });
});

describe('what the status menu offers', () => {
  const model = ['[Model]', 'Open Model… | Foal *1*', 'Unload Model', 'Restart Engine'];
  const remembers = ['[Workspace Memory]', 'Turn Workspace Memory Off | 1 file, 2.0 KiB of text', 'Forget Workspace Memory'];
  const rest = ['[]', 'Open Chat', 'Show Statistics', 'Show Log', 'Open Settings'];

  it('when all is well', () => {
    const suggestions = [
      'Turn Inline Completion Off',
      'Suggest Only When Asked',
      'Turn Off for TypeScript',
      'Snooze Suggestions…',
      'Why No Suggestion?',
    ];
    assert.deepEqual(menu({}), ['[Suggestions]', ...suggestions, ...model, ...remembers, ...rest]);
  });

  it('only what can be done', () => {
    const offered = menu({ enabled: false, state: { kind: 'off' }, memory: { ...memory, paths: [] } });
    assert.deepEqual(offered.slice(0, 5), [
      '[Suggestions]',
      'Turn Inline Completion On',
      'Why No Suggestion?',
      '[Model]',
      'Open Model…',
    ]);
    for (const label of ['Unload Model', 'Restart Engine', 'Forget Workspace Memory', 'Snooze Suggestions…'])
      assert.ok(!offered.includes(label), label);
    assert.ok(!menu({ language: undefined }).some((line) => line.startsWith('Turn Off for')));
    assert.ok(menu({ language: { name: 'Log', isOn: false } }).includes('Turn On for Log'));
    const byHand = menu({ trigger: 'manual' });
    assert.ok(byHand.includes('Suggest While Typing | now only when asked') && !byHand.includes('Suggest Only When Asked'));
    assert.ok(!menu({ enabled: false, trigger: 'manual' }).some((line) => line.startsWith('Suggest')));
    assert.ok(!menu({ canSnooze: false }).includes('Snooze Suggestions…'));
  });

  it("the chat's own model beside the one that completes, each by its name", () => {
    const chat = (state: EngineState) => ({ name: 'Mare', state });
    const models = (facts: Partial<MenuFacts>) => {
      const all = menu(facts);
      return all.slice(all.indexOf('[Model]') + 1, all.indexOf('[Workspace Memory]'));
    };
    const completion = 'Unload Foal *1* | completion';
    assert.deepEqual(models({ chat: chat({ kind: 'ready', model: mare }) }), [
      'Open Model…',
      completion,
      'Unload Mare | chat',
      'Restart Engine',
    ]);
    assert.deepEqual(models({ chat: chat({ kind: 'off' }) }), ['Open Model…', completion, 'Restart Engine']);
    const off = { state: { kind: 'off' } } as const;
    const chatAlone = ['Open Model…', 'Unload Mare | chat', 'Restart Engine'];
    assert.deepEqual(models({ ...off, chat: chat({ kind: 'ready', model: mare }) }), chatAlone);
    assert.deepEqual(models({ ...off, chat: chat({ kind: 'off' }) }), ['Open Model…']);
    const failed = menu({ chat: chat({ kind: 'failed', reason: 'No room.' }) });
    assert.equal(failed[0], 'Restart Engine');
    assert.equal(failed.filter((line) => line === 'Restart Engine').length, 1);
  });

  it('turning the workspace memory off and on, and filling it again', () => {
    const lines = (state: MemoryReport['state']) => {
      const all = menu({ memory: { ...memory, state } });
      return all.slice(all.indexOf('[Workspace Memory]') + 1, all.indexOf('[]'));
    };
    assert.deepEqual(lines('off'), ['Turn Workspace Memory On | off']);
    assert.deepEqual(lines('forgotten'), ['Fill Workspace Memory Again', 'Turn Workspace Memory Off | forgotten']);
  });

  it('entries for the workspace memory that do what they say', async () => {
    const api = await paddock();
    await api.ready();
    const choose = (state: MemoryReport['state'], words: string) =>
      menuChoices({ ...calm, memory: { ...memory, state } })
        .find(({ label }) => label.includes(words))
        ?.run?.();
    const becomes = (state: MemoryReport['state']) => until(`${state} memory`, () => api.workspaceMemory().state === state);
    try {
      await choose('ready', 'Turn Workspace Memory Off');
      await becomes('off');
      await choose('off', 'Turn Workspace Memory On');
      await becomes('ready');
      await choose('ready', 'Forget Workspace Memory');
      await becomes('forgotten');
      await choose('forgotten', 'Fill Workspace Memory Again');
      await becomes('ready');
    } finally {
      await setting('paddock.workspaceMemory.enabled', undefined);
    }
    await until('the files', () => api.workspaceMemory().paths.length > 0);
  });

  it('the remedy first, after a failure', () => {
    const state = { kind: 'failed', reason: 'No room.', largestWindow: 512 } as const;
    assert.deepEqual(menu({ state }).slice(0, 3), ['Open with 512 Tokens', 'Restart Engine', '[Suggestions]']);
    assert.equal(menu({ state }).filter((line) => line === 'Restart Engine').length, 1);
  });
});
