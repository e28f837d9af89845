import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TOKENS, writeSteeredModel, writeVector } from './controlVector.ts';

/** Writes a tiny model, directions and a prompt, for controlVector.cpp. */
const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('Usage: npx node test/numerics/families/writeControlVector.ts FOLDER');
await writeSteeredModel(join(folder, 'model.gguf'));
await writeVector(join(folder, 'vector.gguf'));
await writeFile(join(folder, 'prompt.txt'), `${TOKENS.join(' ')}\n`);
