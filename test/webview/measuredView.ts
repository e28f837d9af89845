import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { shownMeasurement } from '../../extension/contextMeasurement/contextView.ts';
import type { Measurement } from '../../extension/contextMeasurement/measurement.ts';
import { countFiles, measure } from '../../extension/contextMeasurement/measuring.ts';
import type { ContextView } from '../../webview/protocol/context.ts';
import { root } from '../support/paths.ts';
import { mustFinish } from '../vscode/processes.ts';
import { withDefaultModel } from './defaultModel.ts';

const CHOICE = { window: 2_048, texts: 16, scalings: [{ scaling: 'own', value: 1 }] } as const;
const THRESHOLD = 0.02;

/** The page's view of a measurement of the context window, made now with the default model and this repository's engine. */
export async function measuredView(conversions: string): Promise<ContextView> {
  const signal = AbortSignal.timeout(10 * 60_000);
  return withDefaultModel(conversions, async (client, model) => {
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
      scalings: ['own', 'none', 'linear', 'base', 'ntk', 'yarn', 'dynamic'],
      ...{ files: files.length, onlyOpen: false, windows: [128, 256, 512, 1_024, 2_048], choice: CHOICE, threshold: THRESHOLD },
      ...{
        progress: null,
        problem: '',
        retention: null,
        others: { measurement: null, retention: null },
        measurement: shownMeasurement(measurement, THRESHOLD, 'today'),
      },
    };
  });
}
