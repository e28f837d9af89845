import { lackingOnWebGpu } from '../lackingOnWebGpu.ts';
import type { OnnxGraphs } from './folder.ts';

/**
 * Why WebGPU would compute graphs wrong, in words for people; undefined where it does not. There GroupQueryAttention accepts soft caps and
 * positions, and leaves them out (https://github.com/microsoft/onnxruntime/issues/24043). The positions it counts instead are those that
 * Paddock gives.
 */
export function whyNotWebGpu({ decoder, next, settings }: OnnxGraphs): string | undefined {
  const because = (feature: string) => lackingOnWebGpu(settings.family, feature);
  for (const { skeleton, io } of next ? [decoder, next] : [decoder]) {
    const attention = skeleton.weightNodes.filter(({ operator }) => operator === 'GroupQueryAttention');
    if (attention.some(({ numbers }) => (numbers.softcap ?? 0) !== 0)) return because('soft-capped attention');
    const isOwn = ({ inputs: { 9: positions = '' } }: (typeof attention)[number]) =>
      positions !== '' && positions !== io.positions?.name;
    if (attention.some(isOwn)) return because('attention with positions of its own');
  }
  return undefined;
}
