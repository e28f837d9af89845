import { findFile, type ModelFolder } from '../files.ts';

/** The forms in which Transformers.js publishes a graph, by what ends their file's name; `given` is the only one of a genai folder. */
const SUFFIXES = {
  fp32: '',
  fp16: '_fp16',
  q4: '_q4',
  q4f16: '_q4f16',
  bnb4: '_bnb4',
  quantized: '_quantized',
  int8: '_int8',
  uint8: '_uint8',
} as const;
export type VariantName = keyof typeof SUFFIXES | 'given';

/** Graphs that belong together, as paths inside the folder. */
export interface VariantFiles {
  /** Runs a prompt, and what follows it unless there is {@link next}. */
  readonly decoder: string;
  /** Runs what follows a prompt, where that is a graph of its own. */
  readonly next?: string;
  /** Only of encoder–decoder pairs. */
  readonly encoder?: string;
}

/** A model in one of its forms. */
export interface OnnxVariant {
  readonly name: VariantName;
  readonly files: VariantFiles;
  /** Bytes of these files and of those with the usual names of their parts; what the graphs name may differ. */
  readonly bytes: number;
}

/**
 * Best first. Measured on one thread with onnxruntime 1.30, eight matrices of 2048 × 2048, milliseconds for one token: 4-bit blocks 7.5
 * (2.2 where the graph allows int8 activations), the same with float16 activations 7.5 to 8.8, int8 2.4, float32 6.6 to 10, float16 8.
 * The int8 forms round activations as a whole, so the 4-bit ones are more accurate.
 */
const PREFERRED: Readonly<Record<'cpu' | 'wasm' | 'webgpu', readonly VariantName[]>> = {
  cpu: ['given', 'q4', 'quantized', 'int8', 'uint8', 'q4f16', 'fp32', 'fp16', 'bnb4'],
  wasm: ['given', 'fp32', 'quantized', 'int8', 'uint8', 'q4', 'q4f16', 'fp16', 'bnb4'],
  webgpu: ['given', 'q4f16', 'q4', 'fp16', 'fp32', 'quantized', 'int8', 'uint8', 'bnb4'],
};

/** On WebAssembly float32 is quickest, but its memory ends at 4 GiB, and weights are in it twice while they are loaded. */
const MAX_WASM_BYTES = 1.2e9;

/** Files beside a graph that hold its weights: `NAME_data`, `NAME_data_1` … or, from onnxruntime-genai's builder, `NAME.data`. */
const MAX_PARTS = 1000;

const HALVES: readonly VariantName[] = ['q4f16', 'fp16'];

/**
 * Which form is quickest on a device.
 * @param float16 whether a GPU computes with it; one that does not takes the forms with float16 last
 */
export function chooseVariant(variants: readonly OnnxVariant[], device: 'cpu' | 'wasm' | 'webgpu', float16 = true): OnnxVariant {
  const later = (names: readonly VariantName[]) => names.filter((name) => !HALVES.includes(name)).concat(HALVES);
  const order = float16 ? PREFERRED[device] : later(PREFERRED[device]);
  const sorted = variants.toSorted((a, b) => order.indexOf(a.name) - order.indexOf(b.name));
  const fitting = sorted.find(({ bytes }) => device !== 'wasm' || bytes <= MAX_WASM_BYTES);
  const smallest = sorted.toSorted((a, b) => a.bytes - b.bytes)[0];
  return fitting ?? (smallest as OnnxVariant);
}

/** Every form there is in a folder of Transformers.js; graphs stand in `onnx/` or in the folder itself. */
export async function findVariants(folder: ModelFolder): Promise<OnnxVariant[]> {
  const sizes = new Map<string, Promise<number | undefined>>();
  const size = (name: string) => {
    const known = sizes.get(name) ?? sizeOf(folder, name);
    sizes.set(name, known);
    return known;
  };
  const variants: OnnxVariant[] = [];
  for (const [name, suffix] of Object.entries(SUFFIXES) as [VariantName, string][]) {
    for (const place of ['onnx/', '']) {
      if (variants.some((variant) => variant.name === name)) continue;
      const files = await findFiles(place, suffix, size);
      if (!files) continue;
      variants.push({ name, files, bytes: await bytesOf(files, size) });
    }
  }
  return variants;
}

/** Bytes of graphs and their parts. @param size as {@link sizeOf} */
export async function bytesOf(files: VariantFiles, size: (name: string) => Promise<number | undefined>): Promise<number> {
  const sizes = await Promise.all(Object.values(files).map((file: string) => size(file)));
  return sizes.reduce<number>((sum, each) => sum + (each ?? 0), 0);
}

async function findFiles(
  place: string,
  suffix: string,
  size: (name: string) => Promise<number | undefined>,
): Promise<VariantFiles | undefined> {
  const there = async (stem: string) =>
    (await size(`${place}${stem}${suffix}.onnx`)) ? `${place}${stem}${suffix}.onnx` : undefined;
  let encoder = await there('encoder_model');
  for (const other of encoder ? [] : Object.values(SUFFIXES)) {
    // A pair may mix forms: its encoder is often left unquantised.
    if (!encoder && (await size(`${place}encoder_model${other}.onnx`))) encoder = `${place}encoder_model${other}.onnx`;
  }
  const merged = (encoder ? undefined : await there('model')) ?? (await there('decoder_model_merged'));
  const decoder = merged ?? (await there('decoder_model'));
  if (!decoder) return undefined;
  const next = merged ? undefined : await there('decoder_with_past_model');
  return { decoder, ...(next && { next }), ...(encoder && { encoder }) };
}

/** Bytes of a graph and of the parts that stand beside it, or undefined when there is no such graph. */
export async function sizeOf(folder: ModelFolder, name: string): Promise<number | undefined> {
  let sum = await sizeOfFile(folder, name);
  if (sum === undefined) return undefined;
  sum += (await sizeOfFile(folder, `${name}.data`)) ?? 0;
  for (let part = 0; part < MAX_PARTS; part++) {
    const bytes = await sizeOfFile(folder, `${name}_data${part ? `_${part}` : ''}`);
    if (bytes === undefined) break;
    sum += bytes;
  }
  return sum;
}

async function sizeOfFile(folder: ModelFolder, name: string): Promise<number | undefined> {
  const file = await findFile(folder, name);
  await file?.close();
  return file?.size;
}
