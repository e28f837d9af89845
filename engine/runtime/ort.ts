/** The part of onnxruntime's JavaScript interface that Paddock uses; onnxruntime-node and onnxruntime-web share it. */
export type Ort = Pick<typeof import('onnxruntime-node'), 'InferenceSession' | 'Tensor' | 'env'>;
export type { InferenceSession, Tensor } from 'onnxruntime-node';
