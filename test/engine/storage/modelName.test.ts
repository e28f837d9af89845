import { expect, test } from 'vitest';
import { modelName } from '../../../engine/storage/modelName.ts';

test.each([
  ['/models/big', 'big'],
  ['/models/big.Q4_K_M.gguf', 'big.Q4_K_M.gguf'],
  ['/home/ada/.cache/huggingface/hub/models--org--small/snapshots/0a1b', 'org/small'],
  ['/hub/models--org--a--b/snapshots/0a1b', 'org/a--b'],
  ['C:\\hub\\models--org--small\\snapshots\\0a1b', 'org/small'],
  ['/hub/models--org--small/snapshots/0a1b/small.gguf', 'small.gguf'],
  ['/hub/models--org--small/snapshots/0a1b/onnx/model_q4.onnx_data', 'org/small'],
  ['/models/big/tokenizer.json', 'big'],
  ['/models/big/README.md', 'big'],
  ['/models/big/onnx/quantize_config.json', 'big'],
  ['/models/big/model-00001-of-00002.safetensors', 'big'],
])('%s', (path, name) => {
  expect(modelName(path)).toBe(name);
});
