/** The engine's public interface: what the extension may import. */

export type { Content, Conversation, PinMode, Segment, Turn } from './chat/conversation.ts';
export { FORMATS, type Format } from './chat/formats.ts';
export { cancelled, type ErrorCode, isPaddockError, PaddockError } from './errors.ts';
export { CHAT_OVERFLOW, type ChatOverflow } from './generate/chat.ts';
export { EngineClient, type EngineClientOptions } from './host/client.ts';
export {
  type CandidatesParams,
  type ChatAnswer,
  type ChatBudget,
  type ChatParams,
  type CompleteParams,
  type CompleteResult,
  DEVICES,
  type Device,
  type GenerationStats,
  type LineCandidate,
  type LoadProgress,
  type MemorySize,
  type ModelInfo,
  type ModelInspection,
  type OpenModelParams,
  type RememberParams,
  type Role,
  type TokenMark,
  type WindowUse,
} from './host/protocol.ts';
export { parametersInWords, sizeInWords, storageInWords } from './host/words.ts';
export type { RopeScaling } from './model/config.ts';
export { type Discovery, discoverModels } from './storage/discovery.ts';
export { modelName } from './storage/modelName.ts';
export { type FoundModel, type ModelOrigin, modelPlaces, thisMachine } from './storage/modelPlaces.ts';
