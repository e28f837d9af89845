import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FAMILIES, tinyModel } from '../../support/families/families.ts';
import { T5_FAMILIES, tinyT5 } from '../../support/families/t5.ts';
import { writeFolder, writeHuggingFaceFolder } from '../../support/families/write.ts';
import { inTransformers } from './golden.ts';
import { PROMPT, SOURCE } from './prompt.ts';

/** Writes every family that transformers has as a folder with its prompt, for golden.py. */
const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('Usage: npx node test/numerics/families/writeFolders.ts FOLDER');
for (const family of FAMILIES.filter(inTransformers)) {
  const path = join(folder, family.name);
  await writeHuggingFaceFolder(path, family, tinyModel(family));
  await writeFile(join(path, 'prompt.json'), JSON.stringify({ tokens: PROMPT }));
}
for (const family of T5_FAMILIES) {
  const path = join(folder, family.name);
  await writeFolder(path, family.config, tinyT5(family).tensors);
  await writeFile(join(path, 'prompt.json'), JSON.stringify({ tokens: PROMPT, source: SOURCE }));
}
