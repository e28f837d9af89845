/** The engine's public interface: what the extension may import. */

export { CONSTRAINTS, type Constraint, instructionOf, keeps } from './chat/constraints.ts';
export { attachmentText, type Content, type Conversation, type PinMode, type Segment, type Turn } from './chat/conversation.ts';
export { FORMATS, type Format } from './chat/formats.ts';
export { endsInLoop } from './chat/loop.ts';
export { cancelled, type ErrorCode, inWords, isPaddockError, PaddockError } from './errors.ts';
export { reserveOf } from './generate/chatRequest.ts';
export { questionFrom } from './generate/firstLine.ts';
export { EngineClient, type EngineClientOptions } from './host/client.ts';
export { describeDirections } from './host/directionFiles.ts';
export {
  type AuditParams,
  type AuditRequest,
  type AuditRow,
  type CandidateNews,
  type CandidatesParams,
  type ChatAnswer,
  type ChatBudget,
  type ChatCandidate,
  type ChatCandidates,
  type ChatCandidatesParams,
  type ChatParams,
  type CompleteParams,
  type CompleteResult,
  DEVICES,
  type Device,
  type DialCrossingParams,
  type DirectionInfo,
  type FindDirectionParams,
  type GenerationStats,
  type LineCandidate,
  type LineQuestion,
  type LoadProgress,
  type MeasureContextParams,
  type MeasuredRow,
  type MemorySize,
  type ModelInfo,
  type ModelInspection,
  type NamedScaling,
  type OnAnswerText,
  type OpenModelParams,
  type RememberParams,
  type RetentionParams,
  type RetentionRow,
  type Role,
  type SteeringUse,
  type TokenMark,
  type WindowUse,
} from './host/protocol.ts';
export { parametersInWords, sizeInWords, storageInWords } from './host/words.ts';
export { bucketsUpTo } from './measure/buckets.ts';
export { groupedBy } from './measure/groups.ts';
export { estimateAt, type FittedLaw, fitPowerLaw, LLAMA2_LONG, lossAt, meanOf, type PowerLaw } from './measure/powerLaw.ts';
export { recommendWindow } from './measure/recommendation.ts';
export { type Retention, retentionByTurn } from './measure/retention.ts';
export type { RopeScaling } from './model/config.ts';
export type { ControlVector } from './model/gguf/controlVector.ts';
export { stretchedLength } from './model/reach.ts';
export { scalingOf } from './model/scalings.ts';
export { copyDirections, listDirections, readDirections } from './storage/directions.ts';
export { discoverModels } from './storage/discovery.ts';
export { modelName } from './storage/modelName.ts';
export { type FoundModel, type ModelOrigin, modelPlaces, thisMachine } from './storage/modelPlaces.ts';
export { findPreferencePrior } from './storage/preferencePrior.ts';
export { classifyAnswer } from './tuning/audit/classify.ts';
export { curveOf, type Decision, pointAt } from './tuning/audit/curve.ts';
export { OUTCOMES, type Outcome } from './tuning/audit/labelled.ts';
export type { Rate } from './tuning/audit/rate.ts';
export { type AuditReport, REFERENCES, reportOf } from './tuning/audit/report.ts';
export { AUDIT_SETS, promptsOf } from './tuning/audit/sets.ts';
export { promptsFromCsv } from './tuning/audit/xstest.ts';
export { FINDING } from './tuning/direction/messages.ts';
export {
  BETA,
  combined,
  isTaggedBy,
  logit,
  NO_MOMENTS,
  type Ranked,
  type RunningMoments,
  rankAnswers,
  sigmoid,
} from './tuning/preference/combine.ts';
export { FEATURES, featuresOf, type Observed } from './tuning/preference/features.ts';
export { HEADS, type Heads, isFeatureList, type Scores, scoresOf } from './tuning/preference/heads.ts';
export { GRADES, type Grade, isJudgement, type Judgement } from './tuning/preference/judgements.ts';
export { judgementsFrom } from './tuning/preference/judgementsFile.ts';
export { learn, MARGINS } from './tuning/preference/learn.ts';
export { FEWEST_COMPARISONS, LEAST_ACCURACY, meterOf, type OptimisationMeter, PAPER_HEADS } from './tuning/preference/meter.ts';
export { divergenceOfBest, expectedMaximum, expectedMaximumOf } from './tuning/preference/orderStatistics.ts';
export { keptJudgements } from './tuning/preference/replay.ts';
export { aroundCompletion, saidIn } from './tuning/preference/surroundings.ts';
export { CANDIDATE_COUNTS, type CandidateCount, temperatureFor } from './tuning/preference/temperature.ts';
export {
  type Attempt,
  activeVersion,
  attemptVersion,
  firstVersions,
  type HeadsVersions,
  isHeadsVersions,
  rolledBack,
} from './tuning/preference/versions.ts';
export { majorityVote, normalisedAnswer } from './tuning/preference/vote.ts';
export { biasOfThreshold, placeOf, steeringAt, thresholdAt, thresholdOfBias } from './tuning/refusal/dial.ts';
