/** `npm run memory`: writes MEMORY.md, with the estimated and the measured memory of several models. */
import { writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { run } from '../../engine/host/commands/run.ts';
import type { Device } from '../../engine/runtime/backend.ts';
import { benchCommand } from '../bench/commandLine.ts';
import { defaultModel } from '../support/defaultModel.ts';
import { writeLargeGguf } from '../support/ggufModels.ts';
import { LLAMA_110M } from '../support/llama.ts';
import { temporaryFolder } from '../support/modelFolder.ts';
import { MEDIUM, measureMemory } from './memory.ts';

const SHAPES = { '110 M': LLAMA_110M, '0.5 B': MEDIUM } as const;

const CASES: readonly { model: keyof typeof SHAPES | 'default model'; type?: string; windows: number[]; device?: Device }[] = [
  { model: 'default model', windows: [1024] },
  { model: '110 M', type: 'Q4_0', windows: [512, 2048, 4096, 16_384] },
  { model: '110 M', type: 'F16', windows: [2048] },
  { model: '0.5 B', type: 'Q4_0', windows: [512, 4096] },
  { model: '0.5 B', type: 'Q8_0', windows: [1024] },
  { model: '0.5 B', type: 'F16', windows: [1024] },
  { model: 'default model', windows: [1024], device: 'wasm' },
  { model: '110 M', type: 'Q4_0', windows: [512], device: 'wasm' },
];

await run(benchCommand('memory', 'memory of several models, estimated and measured; writes test/numerics/MEMORY.md'), 'memory');

const mib = (bytes: number) => Math.round(bytes / 2 ** 20).toString();
const rows: string[][] = [];
const folder = await temporaryFolder();
try {
  for (const { model, type, windows, device = 'cpu' } of CASES) {
    const path = model === 'default model' ? defaultModel : join(folder.path, `${model}-${type}.gguf`);
    if (model !== 'default model') await writeLargeGguf(path, SHAPES[model], model, type as string);
    for (const window of windows) {
      const { estimate, measuredBytes, heldBytes } = await measureMemory(path, window, join(folder.path, 'conversions'), device);
      const { weightBytes, cacheBytes, workingBytes, totalBytes } = estimate;
      const off = (100 * (totalBytes - measuredBytes)) / measuredBytes;
      rows.push([
        `${model}${type === undefined ? '' : `, ${type}`}${device === 'cpu' ? '' : ', WebAssembly'}`,
        String(window),
        ...[weightBytes, cacheBytes, workingBytes, totalBytes, measuredBytes].map(mib),
        `${off < 0 ? '−' : '+'}${Math.abs(off).toFixed(0)} %`,
        mib(heldBytes),
      ]);
      console.log(rows.at(-1)?.join('  '));
    }
  }
} finally {
  await folder.remove();
}
const header = ['model', 'window', 'weights', 'cache', 'working', 'estimate', 'peak', 'off by', 'in the end'];
const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
const text = `# Memory, estimated and measured

In MiB, on the native CPU unless told. Each model is opened from the cache of conversions in a fresh process; its window is filled in
chunks of 128 tokens, then 8 are decoded. The peak is that of the resident set beyond what the process had with onnxruntime loaded. The
formula and its terms are in \`engine/generate/memory.ts\`. Written by \`npm run memory\` on ${process.platform} ${process.arch}, Node ${process.versions.node}, ${cpus().length} processors.

${line(header)}
${line(header.map((_, i) => (i === 0 ? '---' : '---:')))}
${rows.map(line).join('\n')}
`;
await writeFile(new URL('MEMORY.md', import.meta.url), text);
