/** The engine's public interface: what the extension may import. */
export { type ErrorCode, isPaddockError, PaddockError } from './errors.ts';
export { EngineClient, type EngineClientOptions } from './host/client.ts';
export {
  type CompleteParams,
  type CompleteResult,
  DEVICES,
  type Device,
  type GenerationStats,
  type LoadProgress,
  type ModelDescription,
  type ModelInfo,
  type OpenModelParams,
  type Role,
} from './host/protocol.ts';
export { type Discovery, discoverModels } from './storage/discovery.ts';
export { type FoundModel, type ModelOrigin, modelPlaces, thisMachine } from './storage/modelPlaces.ts';
