import { printText, type RunOptions, readSourceOrInput, withEngine } from './common.ts';
import { type SamplingFlags, samplingOf } from './sampling.ts';

/** `paddock continue [FILE]`: continues a text, and shows it as it comes. */
export async function continueFile(file: string | undefined, options: RunOptions & SamplingFlags): Promise<void> {
  const prompt = await readSourceOrInput(file);
  const onText = options.json ? undefined : (piece: string) => void process.stdout.write(piece);
  const request = { prompt, ...samplingOf(options) };
  const result = await withEngine(options, (engine) => engine.continueText('completion', request, undefined, onText));
  // The text has been shown as it came.
  printText(result, options.json, () => '');
}
