import { PaddockError } from '../../errors.ts';
import type { ModelFile, ModelFolder } from '../../model/files.ts';
import type { GraphFile } from '../../model/onnx/folder.ts';
import type { Backend } from '../backend.ts';
import type { InferenceSession } from '../ort.ts';
import { onThreads } from '../threads.ts';

/** WebAssembly addresses 4 GiB, and onnxruntime holds the weights beside the bytes it is given. */
const MAX_WASM_BYTES = 3.5 * 2 ** 30;

/**
 * Loads a graph into onnxruntime. The native library reads the files itself; onnxruntime-web is given their bytes.
 * @param staying outputs that stay in a GPU's memory
 * @throws PaddockError `runtime` when onnxruntime refuses the graph, `unsupported-model` when it is too large for WebAssembly
 */
export async function openGraph(
  graph: GraphFile,
  folder: ModelFolder,
  backend: Backend,
  threads: number,
  staying: readonly string[],
): Promise<InferenceSession> {
  const options: InferenceSession.SessionOptions = {
    ...onThreads(threads),
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    // As in loadImage: shapes change with every run.
    enableMemPattern: false,
    ...(backend.device === 'webgpu' && {
      executionProviders: ['webgpu'],
      preferredOutputLocation: Object.fromEntries(
        graph.skeleton.outputs.map(({ name }) => [name, staying.includes(name) ? 'gpu-buffer' : 'cpu']),
      ),
    }),
  };
  const { InferenceSession } = backend.ort;
  try {
    if (backend.device !== 'wasm' && !backend.isPage) return await InferenceSession.create(graph.path, options);
    const { bytes, externalData } = await readAll(graph, folder);
    return await InferenceSession.create(bytes, { ...options, externalData });
  } catch (error) {
    if (error instanceof PaddockError) throw error;
    throw new PaddockError('runtime', `onnxruntime cannot load ${graph.path}: ${(error as Error).message}`, { cause: error });
  }
}

async function readAll(
  graph: GraphFile,
  folder: ModelFolder,
): Promise<{ bytes: Uint8Array; externalData: { path: string; data: Uint8Array }[] }> {
  let left = MAX_WASM_BYTES;
  const read = async (file: ModelFile) => {
    try {
      left -= file.size;
      if (left < 0) {
        throw new PaddockError(
          'unsupported-model',
          `${graph.path} has more weights than WebAssembly can hold. Set the device to "cpu".`,
        );
      }
      return await file.read(0, file.size);
    } finally {
      await file.close();
    }
  };
  const bytes = await read(await graph.open());
  const externalData: { path: string; data: Uint8Array }[] = [];
  for (const { name, inFolder } of graph.external) {
    externalData.push({ path: name, data: await read(await folder.openFile(inFolder)) });
  }
  return { bytes, externalData };
}
