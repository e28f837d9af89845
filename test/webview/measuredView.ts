import { readFile } from 'node:fs/promises';
import { registerHooks } from 'node:module';
import path from 'node:path';
import { EngineClient } from '../../engine/index.ts';
import { shownMeasurement } from '../../extension/contextMeasurement/contextView.ts';
import type { Measurement } from '../../extension/contextMeasurement/measurement.ts';
import { countFiles, measure } from '../../extension/contextMeasurement/measuring.ts';
import type { ContextTexts, ContextView } from '../../webview/protocol/context.ts';
import { root } from '../vscode/paths.ts';
import { mustFinish } from '../vscode/processes.ts';

const CHOICE = { window: 2_048, texts: 16, scalings: [{ scaling: 'own', value: 1 }] } as const;
const THRESHOLD = 0.02;

/** What the page that measures the context window shows of the default model and of this repository's engine, measured now. */
export async function measuredView(conversions: string): Promise<ContextView> {
  const entry = path.join(root, 'engine/host/process.ts');
  const client = new EngineClient({ entry, log: () => undefined, onExit: () => undefined });
  const signal = AbortSignal.timeout(10 * 60_000);
  try {
    const own = path.join(root, 'models/default');
    const place = { path: own, name: 'the model that comes with Paddock', conversions };
    const model = await client.openModel({ role: 'completion', ...place, device: 'cpu', threads: 0, window: 4_096 });
    const listed = (await mustFinish('git', ['ls-files', 'engine'], { cwd: root })).trim().split('\n');
    const read = listed
      .filter((name) => name.endsWith('.ts'))
      .map(async (name) => ({ path: name, text: await readFile(path.join(root, name), 'utf8') }));
    const engine = {
      measureContext: client.measureContext.bind(client),
      planChat: client.planChat.bind(client),
      countTokens: client.countTokens.bind(client),
    };
    const files = await countFiles(engine, await Promise.all(read), signal);
    let measurement: Measurement | undefined;
    const clocks = { clock: () => performance.now(), now: () => Date.now() };
    await measure(engine, { model, files, choice: CHOICE, signal, ...clocks, onProgress: (sofar) => (measurement = sofar) });
    if (!measurement) throw new Error('Nothing was measured.');
    return {
      ...{ kind: 'view', model: model.name, trained: model.contextLength, largest: model.largestWindow, longestText: 4_096 },
      ...{ files: files.length, onlyOpen: false, windows: [128, 256, 512, 1_024, 2_048], choice: CHOICE, threshold: THRESHOLD },
      ...{ progress: null, problem: '', retention: null, measurement: shownMeasurement(measurement, THRESHOLD, 'today') },
    };
  } finally {
    client.dispose();
  }
}

/** The texts of that page in English, as the extension has them: outside VS Code its `l10n` gives back what it is given. */
export async function englishTexts(): Promise<ContextTexts> {
  const source =
    'export const l10n = { t: (text, ...values) => text.replace(/\\{(\\d+)\\}/g, (place, i) => values[i] ?? place) };';
  const url = `data:text/javascript,${encodeURIComponent(source)}`;
  const hooks = registerHooks({
    resolve: (name, context, next) => (name === 'vscode' ? { url, format: 'module', shortCircuit: true } : next(name, context)),
  });
  try {
    return (await import('../../extension/contextMeasurement/pageText.ts')).contextTexts();
  } finally {
    hooks.deregister();
  }
}
