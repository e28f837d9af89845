import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { CompletionEngine } from '../../../extension/completion/computation.ts';
import { CompletionProvider } from '../../../extension/completion/provider.ts';
import type { CompletionReport } from '../../../extension/engineState.ts';
import { holdsWithin } from '../../support/until.ts';
import { closeAll, openText } from './editor.ts';
import { press, tab, untilShown, write } from './keyboard.ts';
import { leaveModel, useScriptedModel } from './otherModel.ts';
import { paddock } from './paddock.ts';
import { until } from './until.ts';

const WAYS = ['northHarbour;', 'southHarbour;', 'eastHarbour;'] as const;
const NO_TIME = { promptTokens: 9, reusedTokens: 0, generatedTokens: 3, drafted: 0, accepted: 0, prefillMs: 0, decodeMs: 0 };

/** A device on which nothing takes any time, and a model that knows several ways to go on: whether there are several is not up to the machine. */
const fastest: CompletionEngine = {
  complete: async ({ ahead }) => {
    const text = ahead ? '' : WAYS[0];
    return { text, finish: 'stop', confidence: 1, marks: [{ end: text.length, logProbability: 0 }], stats: NO_TIME };
  },
  candidates: async () => WAYS.map((text, i) => ({ text, finish: 'stop', marks: [{ end: text.length, logProbability: -i }] })),
};

describe('several suggestions for one place', () => {
  const reports: CompletionReport[] = [];
  let owned: vscode.Disposable;
  let folder = '';
  before(async () => {
    const api = await paddock();
    await api.ready();
    folder = await useScriptedModel('Of code the open model says nothing.');
    const log = vscode.window.createOutputChannel('Cycling', { log: true });
    const forgets = new vscode.EventEmitter<void>();
    const engine = {
      ...fastest,
      ...{ onDidChangeState: api.onDidChangeState, onDidForgetWorkspace: forgets.event },
      get state() {
        return api.state();
      },
    };
    const provider = new CompletionProvider(engine, { relatedTo: () => ({ related: [] }) }, log);
    owned = vscode.Disposable.from(
      provider,
      provider.onDidComplete((report) => reports.push(report)),
      forgets,
      log,
    );
  });
  afterEach(closeAll);
  after(async () => {
    owned.dispose();
    await leaveModel(folder);
  });

  it('come when asked by hand: the keys for the next and the one before go round them, and Tab takes what is shown', async () => {
    const editor = await openText('const place =');
    reports.length = 0;
    for (const character of ' a + b + c + ') {
      await write(character);
      if (await holdsWithin(() => reports.length > 0, 3_000)) break;
    }
    const before = editor.document.getText();
    assert.equal(reports.at(-1)?.text, WAYS[0]);
    assert.equal(reports.at(-1)?.others, undefined, 'one suggestion while typing');
    await untilShown(WAYS[0]);
    await press('Alt+]');
    await until('the others', () => reports.at(-1)?.others !== undefined);
    assert.deepEqual(reports.at(-1)?.others, WAYS.slice(1));
    await untilShown(WAYS[1]);
    await press('Alt+]');
    await untilShown(WAYS[2]);
    await press('Alt+]');
    await untilShown(WAYS[0]);
    await press('Alt+[');
    assert.equal(await tab(editor, { text: WAYS[2], elapsedMs: 0 }), WAYS[2]);
    assert.equal(editor.document.getText(), before + WAYS[2]);
  });
});
