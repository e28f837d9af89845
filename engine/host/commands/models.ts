import { plainText } from '../../model/plainText.ts';
import { discoverModels } from '../../storage/discovery.ts';
import { modelPlaces, thisMachine } from '../../storage/modelPlaces.ts';
import { sizeInWords } from '../words.ts';
import { print } from './common.ts';

/** `paddock models`: those of other programs on this machine, any of which can follow `--model`. */
export async function models(options: { readonly json?: true }): Promise<void> {
  const { models: found, problems } = await discoverModels(await modelPlaces(thisMachine()));
  for (const problem of problems) process.stderr.write(`paddock: ${shown(problem)}\n`);
  print({ models: found }, options.json, () =>
    found.length === 0
      ? 'No models of Ollama, LM Studio, the Hugging Face cache or llama.cpp were found.'
      : found
          .map(
            ({ name, otherNames = [], origin, format, bytes, path }) =>
              `${[name, ...otherNames].map(shown).join(', ')}\n  ${origin}, ${format}, ${sizeInWords(bytes)}\n  ${shown(path)}`,
          )
          .join('\n'),
  );
}

/** Names come from other programs' files. */
function shown(name: string): string {
  return plainText(name, Number.POSITIVE_INFINITY);
}
