/** The engine's public interface: what the extension may import. */
export { type ErrorCode, isPaddockError, PaddockError } from './errors.ts';
export { EngineClient, type EngineClientOptions } from './host/client.ts';
export type {
  CompleteParams,
  CompleteResult,
  Device,
  GenerationStats,
  ModelInfo,
  OpenModelParams,
  Sampling,
} from './host/protocol.ts';
