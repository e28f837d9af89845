/** Named weight matrices of a model on disk, read one at a time so that the whole is never in memory as float32. */
export interface WeightSource {
  /** @throws PaddockError `bad-model` when there is no such tensor */
  shape(name: string): readonly number[];
  /** The tensor as float32, row-major. @throws PaddockError `bad-model` when it is missing or cut short */
  read(name: string): Promise<Float32Array>;
}
