import { plainText } from '../../model/plainText.ts';
import { Engine } from '../engine.ts';
import type { ModelInspection } from '../protocol.ts';
import { sizeInWords, storageInWords } from '../words.ts';
import { modelPath, print } from './common.ts';

/** `paddock inspect`: what a model is, without loading its weights. */
export async function inspect({ model, json }: { readonly model?: string; readonly json?: true }): Promise<void> {
  print(await new Engine().inspect(modelPath(model)), json, inWords);
}

function inWords(model: ModelInspection): string {
  const facts: [string, string][] = [
    ['name', model.name],
    ['family', model.family],
    ['parameters', model.parameters.toLocaleString('en')],
    ['format', `${model.format}, ${sizeInWords(model.fileBytes)}`],
    ['tensors', storageInWords(model.storedAs)],
    ['layers', String(model.layers)],
    ['vocabulary', model.vocabularySize.toLocaleString('en')],
    ['trained window', `${model.contextLength.toLocaleString('en')} tokens`],
    ['fills in the middle', model.fillInTheMiddle ? 'yes' : 'no'],
    ['chats', model.chat ? 'yes' : 'no'],
    ['licence', model.licence ?? 'not said'],
  ];
  if (model.roundingError !== undefined)
    facts.push(['rounding error', `${(100 * model.roundingError).toFixed(2)} % of the weights`]);
  const width = Math.max(...facts.map(([name]) => name.length));
  const memory = model.memory.map(
    ({ window, totalBytes, weightBytes, cacheBytes, workingBytes }) =>
      `  ${window.toLocaleString('en').padStart(9)} tokens: ${sizeInWords(totalBytes)}` +
      ` (weights ${sizeInWords(weightBytes)}, cache ${sizeInWords(cacheBytes)}, working ${sizeInWords(workingBytes)})`,
  );
  const free = `free now: ${sizeInWords(model.freeBytes)}`;
  return [
    ...facts.map(([name, value]) => `${name.padEnd(width)}  ${plainText(value)}`),
    'memory for a window of',
    ...memory,
    free,
  ].join('\n');
}
