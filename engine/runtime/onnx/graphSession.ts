import { PaddockError } from '../../errors.ts';
import type { ModelFile, ModelFolder } from '../../model/files.ts';
import type { GraphFile } from '../../model/onnx/folder.ts';
import type { Backend } from '../backend.ts';
import type { InferenceSession } from '../ort.ts';

/** WebAssembly addresses 4 GiB, and onnxruntime holds the weights beside the bytes it is given. */
const MAX_WASM_BYTES = 3.5 * 2 ** 30;

/**
 * Loads a graph into onnxruntime. The native library reads the files itself; WebAssembly is given their bytes.
 * @throws PaddockError `runtime` when onnxruntime refuses the graph, `unsupported-model` when it is too large for WebAssembly
 */
export async function openGraph(
  graph: GraphFile,
  folder: ModelFolder,
  backend: Backend,
  threads: number,
): Promise<InferenceSession> {
  const options: InferenceSession.SessionOptions = {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
  };
  const { InferenceSession } = backend.ort;
  try {
    if (backend.device !== 'wasm') return await InferenceSession.create(graph.path, options);
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
