/** Why a model cannot run on WebGPU, in words for people. @param feature such as: experts */
export function lackingOnWebGpu(family: string, feature: string): string {
  return `${family} has ${feature}, which onnxruntime's WebGPU kernels do not have`;
}
