/** `npm run memory`: writes MEMORY.md, with the estimated and the measured memory of several models. */
import { writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { run } from '../../engine/host/commands/run.ts';
import type { Device } from '../../engine/runtime/backend.ts';
import { benchCommand } from '../bench/commandLine.ts';
import { defaultModel } from '../support/defaultModel.ts';
import { writeLargeGguf } from '../support/ggufModels.ts';
import { writeLargeOnnx, writeLargeOnnxPair, writeLargeT5 } from '../support/largeModels.ts';
import { LLAMA_110M, type LlamaShape } from '../support/llama.ts';
import { temporaryFolder } from '../support/modelFolder.ts';
import { MEDIUM, measureMemory } from './memory.ts';

type Write = (path: string, type: string) => Promise<void>;

const gguf =
  (shape: LlamaShape): Write =>
  (path, type) =>
    writeLargeGguf(path, shape, 'large', type);
const MODELS = {
  'default model': undefined,
  '110 M': gguf(LLAMA_110M),
  '0.5 B': gguf(MEDIUM),
  'ONNX folder, 110 M': (path, type) => writeLargeOnnx(path, type as 'q4' | 'fp32'),
  'ONNX folder, encoder and decoders': writeLargeOnnxPair,
  'T5-small, safetensors': writeLargeT5,
} as const satisfies Record<string, Write | undefined>;

const CASES: readonly { model: keyof typeof MODELS; type?: string; windows: number[]; device?: Device }[] = [
  { model: 'default model', windows: [1024] },
  { model: '110 M', type: 'Q4_0', windows: [512, 2048, 4096, 16_384] },
  { model: '110 M', type: 'F16', windows: [2048] },
  { model: '0.5 B', type: 'Q4_0', windows: [512, 4096] },
  { model: '0.5 B', type: 'Q8_0', windows: [1024] },
  { model: '0.5 B', type: 'F16', windows: [1024] },
  { model: 'ONNX folder, 110 M', type: 'q4', windows: [512, 2048, 4096] },
  { model: 'ONNX folder, 110 M', type: 'fp32', windows: [512, 2048] },
  { model: 'ONNX folder, encoder and decoders', windows: [512, 2048] },
  { model: 'T5-small, safetensors', windows: [512, 1024, 2048] },
  { model: 'default model', windows: [1024], device: 'wasm' },
  { model: '110 M', type: 'Q4_0', windows: [512], device: 'wasm' },
];

await run(benchCommand('memory', 'memory of several models, estimated and measured; writes test/numerics/MEMORY.md'), 'memory');

const mib = (bytes: number) => Math.round(bytes / 2 ** 20).toString();
const rows: string[][] = [];
const folder = await temporaryFolder();
try {
  for (const { model, type, windows, device = 'cpu' } of CASES) {
    const write: Write | undefined = MODELS[model];
    const path = write ? join(folder.path, `${model}-${type}`) : defaultModel;
    await write?.(path, type ?? '');
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
chunks of 128 tokens (of an encoder–decoder, that of the input and that of the answer), then 8 are decoded. The peak is that of the
resident set beyond what the process had with onnxruntime loaded. The formula and its terms are in \`engine/generate/memory.ts\`. Written by \`npm run memory\` on ${process.platform} ${process.arch}, Node ${process.versions.node}, ${cpus().length} processors.

${line(header)}
${line(header.map((_, i) => (i === 0 ? '---' : '---:')))}
${rows.map(line).join('\n')}
`;
await writeFile(new URL('MEMORY.md', import.meta.url), text);
