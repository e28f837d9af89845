/**
 * `node test/numerics/exported.ts FOLDER FILE.gguf TEXTS.jsonl`: whether llama.cpp reads the GGUF file of an exported model as the engine
 * reads its folder. TEXTS has one `{ "text" }` per line; 400 of them, spread over the file, are compared, and 30 beginnings are continued.
 */
import { readFile } from 'node:fs/promises';
import { agreement } from './llamaCppExport.ts';

const [folder, gguf, path] = process.argv.slice(2);
if (!folder || !gguf || !path) throw new Error('Usage: node test/numerics/exported.ts FOLDER FILE.gguf TEXTS.jsonl');
const lines = (await readFile(path, 'utf8')).split('\n').filter((line) => line !== '');
const step = Math.max(1, Math.floor(lines.length / 400));
const texts = lines.filter((_, i) => i % step === 0).map((line): string => JSON.parse(line).text);
const prompts = texts.slice(0, 30).map((text, i) => text.slice(0, 120 + 20 * i));
const { differentTokens, ...found } = await agreement(folder, gguf, texts, prompts, 48);
console.log(JSON.stringify({ ...found, differentTokens: differentTokens.length }, null, 1));
if (differentTokens[0]) console.log(JSON.stringify(differentTokens[0].slice(0, 2000)));
