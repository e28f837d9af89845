import { checkSampling, type SamplingOptions } from '../sampling/options.ts';

/**
 * A request whose sampling options survive as JSON, which has neither maps nor infinite numbers. What forbids a token becomes the least of
 * all numbers, which forbids it, too: no float32 holds it.
 * @throws PaddockError `bad-request` for invalid options, as they were given
 */
export function sendable<Params extends { readonly sampling?: SamplingOptions }>(params: Params): Params {
  const { sampling } = params;
  if (!sampling) return params;
  checkSampling(sampling);
  if (!sampling.logitBias) return params;
  const logitBias = Array.from(sampling.logitBias, ([token, bias]) => [token, Math.max(bias, -Number.MAX_VALUE)] as const);
  return { ...params, sampling: { ...sampling, logitBias } };
}
