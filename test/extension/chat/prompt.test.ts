import { describe, expect, it } from 'vitest';
import type { ModelInfo } from '../../../engine/index.ts';
import { ask, branchOf, changeAnswer, newConversation } from '../../../extension/chat/conversation.ts';
import { webAddress } from '../../../extension/chat/links.ts';
import { contentOf, promptOf, withoutIndentation } from '../../../extension/chat/prompt.ts';
import { slashed, toldOf } from '../../../extension/chat/slashCommands.ts';
import { controlsOf, storedOf, useOf } from '../../../extension/chat/windowControls.ts';
import { isControls } from '../../../webview/protocol/chatWindow.ts';
import { reserveBounds, sinksBounds, VALUE_BOUNDS, windowBounds } from '../../../webview/protocol/windowBounds.ts';

const code = { id: 'x', label: 'src/a.ts:3–5', language: 'typescriptreact', text: '    if (a) {\n      b();\n    }\n' };

describe('slash commands', () => {
  it('are the words at the beginning of a message', () => {
    expect(slashed('/explain')).toEqual({ command: 'explain', rest: '' });
    expect(slashed(' /fix the loop\nplease ')).toEqual({ command: 'fix', rest: 'the loop\nplease' });
    expect(slashed('/clear')).toEqual({ command: 'clear', rest: '' });
    for (const text of ['explain', '/explained', '/usr/bin', 'see /explain', '//', '/constructor', '']) {
      expect(slashed(text), text).toBeUndefined();
    }
  });

  it('are put into plain words for the model', () => {
    expect(toldOf({ text: '/explain' })).toBe('Explain this code.');
    expect(toldOf({ text: '/tests with Vitest' })).toBe('Write tests for this code. with Vitest');
    expect(toldOf({ text: '/unknown thing' })).toBe('/unknown thing');
  });
});

describe('a question', () => {
  it('with /explain has exactly the form that the default model is trained for', () => {
    expect(contentOf({ text: '/explain', attachments: [code] })).toEqual([
      { kind: 'text', text: 'Explain this code.' },
      { kind: 'attachment', label: '', language: 'typescript', text: 'if (a) {\n  b();\n}' },
    ]);
  });

  it('without a command keeps the names of attachments', () => {
    expect(contentOf({ text: 'Is this right?', attachments: [code] })).toEqual([
      { kind: 'text', text: 'Is this right?' },
      { kind: 'attachment', label: code.label, language: code.language, text: code.text },
    ]);
  });

  it('loses the indentation that all lines share, and no other', () => {
    expect(withoutIndentation('\n\n\tif (a)\n\n\t\tb();\n\t\n')).toBe('if (a)\n\n\tb();');
    expect(withoutIndentation('a\n  b')).toBe('a\n  b');
    expect(withoutIndentation('')).toBe('');
  });
});

describe('a prompt', () => {
  it('has the questions that got an answer, and the one to be answered', () => {
    let conversation = ask(newConversation('c', 1), { question: 'q1', answer: 'a1' }, 'One', [], 2);
    conversation = changeAnswer(conversation, 'a1', { text: '1', state: 'done' }, 3);
    conversation = ask(conversation, { question: 'q2', answer: 'a2' }, 'Two', [], 4);
    conversation = changeAnswer(conversation, 'a2', { state: 'failed', error: 'The engine ended.' }, 5);
    conversation = ask(conversation, { question: 'q3', answer: 'a3' }, 'Three', [], 6);
    const branch = branchOf(conversation)
      .map(({ message }) => message)
      .slice(0, -1);
    const { turns, messages } = promptOf(branch);
    expect(turns).toEqual([
      { content: [{ kind: 'text', text: 'One' }], answer: '1' },
      { content: [{ kind: 'text', text: 'Three' }] },
    ]);
    expect(messages).toEqual([['q1', 'a1'], ['q3']]);
  });
});

describe('the window of a model', () => {
  const reach = { own: 2048, unscaled: 2048 };
  const sizes = { window: 1024, largestWindow: 8192, contextLength: 2048, reach };
  const model = { path: '/m', ...sizes, canScale: true, canSlide: true } as ModelInfo;

  it('is its own unless somebody chose otherwise, with room for an answer', () => {
    expect(controlsOf(undefined, model)).toEqual({
      window: 1024,
      largestWindow: 8192,
      unscaled: 2048,
      canScale: true,
      canSlide: true,
      scaling: 'own',
      scalingValue: 1,
      slides: false,
      sinks: 4,
      overflow: 'oldest',
      reserve: 256,
    });
    expect(controlsOf({ window: 'wide' }, { ...model, window: 4096 })).toMatchObject({ window: 4096, reserve: 512 });
  });

  it('stays within what there is memory for, and an answer within half of it', () => {
    const wish = { window: 1e6, scaling: 'own', scalingValue: 1, slides: true, sinks: 9, overflow: 'middle', reserve: 1e6 };
    expect(controlsOf(wish, model)).toMatchObject({ window: 8192, reserve: 4096, slides: true, overflow: 'middle' });
    expect(controlsOf(wish, model, 2048)).toMatchObject({ window: 2048, largestWindow: 2048, reserve: 1024 });
    expect(controlsOf({ ...wish, window: 1, sinks: 99, reserve: 0 }, model)).toMatchObject({
      window: 128,
      sinks: 32,
      reserve: 16,
    });
  });

  it('takes every value that the panel offers, in whole tokens, and none beyond', () => {
    const wish = { window: 1_002, scaling: 'yarn', scalingValue: 2, slides: true, sinks: 4, overflow: 'oldest', reserve: 64 };
    const taken = (change: object) => controlsOf({ ...wish, ...change }, model);
    const { least, most } = windowBounds(taken({}));
    const fields = [
      ['window', { least, most }],
      ['reserve', reserveBounds(wish)],
      ['sinks', sinksBounds(wish)],
    ] as const;
    for (const [field, { least, most }] of fields) {
      expect([least, most, most + 1].map((value) => taken({ [field]: value })[field])).toEqual([least, most, most]);
    }
    for (const [scaling, { least, most }] of [
      ['yarn', VALUE_BOUNDS.factor],
      ['base', VALUE_BOUNDS.base],
    ] as const) {
      expect([least, most].map((scalingValue) => taken({ scaling, scalingValue }).scalingValue)).toEqual([least, most]);
      expect(taken({ scaling, scalingValue: most + 1 }).scalingValue).not.toBe(most + 1);
    }
    expect(isControls(taken({ sinks: 1_000 }))).toBe(true);
  });

  it('has no scaling and does not slide where the model cannot, whatever was chosen', () => {
    const { canScale: _, canSlide: __, ...rigid } = model;
    const wish = { window: 1024, scaling: 'yarn', scalingValue: 2, slides: true, sinks: 4, overflow: 'oldest', reserve: 64 };
    const taken = controlsOf(wish, rigid as ModelInfo);
    expect(taken).toMatchObject({ scaling: 'own', slides: false, canScale: false, canSlide: false });
    expect(useOf(taken).use).toEqual({ window: 1024 });
  });

  it('is stored without what there was to choose from, and read although an older version stored less', () => {
    const stored = storedOf(controlsOf({ window: 2048, overflow: 'middle', reserve: 'much' }, model));
    expect(stored).toMatchObject({ window: 2048, overflow: 'middle', sinks: 4, reserve: 512 });
    expect(stored).not.toHaveProperty('largestWindow');
    expect(controlsOf(stored, model)).toMatchObject(stored);
  });

  it('has a value that its scaling can have', () => {
    const value = (scaling: string, scalingValue: number, window = 8192) =>
      controlsOf({ window, scaling, scalingValue, slides: false, sinks: 4, overflow: 'oldest', reserve: 64 }, model).scalingValue;
    expect([value('yarn', 8), value('yarn', 500_000), value('linear', 0, 1024), value('none', 8)]).toEqual([8, 4, 1, 1]);
    expect([value('base', 1e6), value('base', 4)]).toEqual([1e6, 500_000]);
  });

  it('has its positions stretched from the context that the model reads unscaled', () => {
    const scaled = { ...model, contextLength: 131_072, window: 131_072, reach: { own: 131_072, unscaled: 8192 } };
    const wish = { window: 8192, scaling: 'yarn', scalingValue: 0 };
    expect(useOf(controlsOf({ ...wish, scalingValue: 2 }, scaled)).use.scaling).toMatchObject({ factor: 2, original: 8192 });
    const larger = { ...scaled, largestWindow: 131_072 };
    expect(controlsOf({ ...wish, window: 65_536 }, larger).scalingValue).toBe(8);
  });

  it('is sent to the engine with its scaling', () => {
    const wish = { window: 4096, scaling: 'dynamic', scalingValue: 2, slides: false, sinks: 4, overflow: 'left', reserve: 100 };
    expect(useOf(controlsOf(wish, model))).toEqual({
      use: { window: 4096, scaling: { kind: 'dynamic', factor: 2, original: 2048 } },
      overflow: 'left',
      reserve: 100,
      maxTokens: 100,
    });
    expect(useOf(controlsOf(undefined, model)).use).toEqual({ window: 1024 });
    const sliding = { ...controlsOf(undefined, model), slides: true, sinks: 9 };
    expect(useOf(sliding).use).toEqual({ window: 1024, sinks: 9 });
  });
});

it('only addresses of the web are followed', () => {
  expect(webAddress('https://example.com/a b')).toBe('https://example.com/a%20b');
  for (const href of [
    'command:workbench.action.quit',
    'javascript:alert(1)',
    'data:text/html,x',
    'vscode://x/y',
    'file:///etc/passwd',
    'https://github.com@evil.example/',
    '//example.com',
    'example.com',
    '',
  ]) {
    expect(webAddress(href), href).toBeUndefined();
  }
});
