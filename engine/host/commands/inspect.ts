import { Engine } from '../engine.ts';
import type { ModelDescription } from '../protocol.ts';
import { modelPath, print, sizeInWords } from './common.ts';

/** `paddock inspect MODEL`: what it is, without loading its weights. */
export async function inspect(path: string, options: { readonly json?: true }): Promise<void> {
  print(await new Engine().inspect(modelPath(path)), options.json, inWords);
}

function inWords(model: ModelDescription): string {
  const stored = Object.entries(model.storedAs).map(([type, tensors]) => `${tensors} × ${type}`);
  const facts: [string, string][] = [
    ['name', model.name],
    ['family', model.family],
    ['parameters', model.parameters.toLocaleString('en')],
    ['format', `${model.format}, ${sizeInWords(model.fileBytes)}`],
    ['tensors', stored.join(', ')],
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
  return [...facts.map(([name, value]) => `${name.padEnd(width)}  ${value}`), 'memory for a window of', ...memory].join('\n');
}
