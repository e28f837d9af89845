import { NotificationType, ProgressType, RequestType, RequestType0 } from 'vscode-jsonrpc';
import type { ErrorCode, ErrorFacts } from '../errors.ts';
import type { AuditOptions } from '../generate/auditRefusals.ts';
import type { ChatAnswer, ChatBudget } from '../generate/chat.ts';
import type { CandidateNews, ChatCandidate, ChatCandidates, ChatCandidatesRequest } from '../generate/chatCandidates.ts';
import type { ChatRequest } from '../generate/chatRequest.ts';
import type { CompletionRequest as CompleteParams } from '../generate/complete.ts';
import type { NamedScaling } from '../generate/contextCurve.ts';
import type { TextRequest } from '../generate/continueText.ts';
import type { ModelDescription } from '../generate/describe.ts';
import type { ContrastingMessages } from '../generate/findDirection.ts';
import type { LineQuestion } from '../generate/firstLine.ts';
import type { LineCandidate } from '../generate/lineCandidates.ts';
import type { Measured, MeasuredRow } from '../generate/measureContext.ts';
import type { RetentionRow, RetentionSettings } from '../generate/retention.ts';
import type { GeneratedText as CompleteResult, GenerationStats, TokenMark } from '../generate/streamText.ts';
import type { MemorySize } from '../generate/workspaceMemory.ts';
import type { Reach } from '../model/reach.ts';
import type { Device as RunDevice } from '../runtime/backend.ts';
import type { AuditRequest, AuditRow } from '../tuning/audit/report.ts';
import type { WindowUse } from './chatTimelines.ts';
import type { DirectionInfo, SteeringUse } from './directionFiles.ts';
import type { ConversationOnWire } from './turnsOnWire.ts';

/** Every message between the extension and the engine process, over `vscode-jsonrpc`. Both sides must have the same version. */
export const PROTOCOL_VERSION = 12;

/** Devices that can be requested; `auto` takes the best available. The values of the setting and of the command line's option. */
export const DEVICES = ['auto', 'cpu', 'webgpu', 'wasm'] as const satisfies readonly ('auto' | RunDevice)[];
export type Device = (typeof DEVICES)[number];

/** What a model is opened for. Each role has its own model, which may be the same file. */
export type Role = 'completion' | 'chat';

/** What a model is, and what there is for it. */
export interface ModelInspection extends ModelDescription {
  /** The name the file gives itself, or that of the file or folder. */
  readonly name: string;
  /** Bytes of memory that it may take, those of the model that is open among them. */
  readonly freeBytes: number;
}

export interface OpenModelParams {
  readonly role: Role;
  /** Absolute path of a model file or folder. */
  readonly path: string;
  /** For display, if the opener knows a better name than the path's last part. */
  readonly name?: string;
  /** The key under which the opener stores what it knows of the model, if that is not the path. */
  readonly key?: string;
  readonly device: Device;
  /** Threads of one run; 0 leaves the choice to the engine. */
  readonly threads: number;
  /**
   * Maximum tokens of context; never more than the model was trained on, which is also what 0 means. Conversations choose their own window
   * later, so for a chat it is where they begin, and less where there is no memory for it.
   */
  readonly window: number;
  /**
   * Folder in which converted weights and the speed of devices are kept between runs. Without one weights are converted each time, and
   * `auto` never takes a GPU.
   */
  readonly conversions?: string;
}

/** How far opening a model is. */
export interface LoadProgress {
  readonly stage: 'reading' | 'converting' | 'loading';
  /** Done of this stage, 0–1. */
  readonly fraction: number;
}

export interface ModelInfo {
  readonly path: string;
  /** The key under which what is known of it is stored. */
  readonly key: string;
  /** Identifies its weights, for instance against those of an update at the same path. */
  readonly weights: string;
  /** For display. */
  readonly name: string;
  readonly family: string;
  readonly parameters: number;
  /** Tokens of context the model was trained on. */
  readonly contextLength: number;
  /** Its reach with its own scaling of positions, and without any. */
  readonly reach: Reach;
  /** Whether another scaling of positions can be chosen for it; absent means no. */
  readonly canScale?: boolean;
  /** Whether the window of a conversation can slide; absent means no. */
  readonly canSlide?: boolean;
  /** Tokens of context it is open with. */
  readonly window: number;
  /** Tokens of context that a conversation can have, by the memory available when it was opened. */
  readonly largestWindow: number;
  readonly vocabularySize: number;
  readonly layers: number;
  /** Bytes of the weights in the runtime. */
  readonly weightBytes: number;
  /** Bytes of weights, full window and working memory together, as estimated. */
  readonly memoryBytes: number;
  readonly device: RunDevice;
  readonly threads: number;
  /** Whether the model has fill-in-the-middle tokens; without them only the text before the cursor counts. */
  readonly fillInTheMiddle: boolean;
  /** Whether the model has learned to read parts of other files before the one it completes. */
  readonly severalFiles: boolean;
  /** Whether conversations can be steered along directions of its residual stream; absent means no. */
  readonly canSteer?: boolean;
  /** Whether its answers begin with a token that says whether it refuses; absent means no. */
  readonly decidesToRefuse?: boolean;
  /** Whether it has tokens that refusals begin with and other answers do not, so that refusals can be recognised; absent means no. */
  readonly opensRefusals?: boolean;
  /** Size of its residual stream, if it can be steered. */
  readonly hiddenSize?: number;
  readonly loadMs: number;
  /** Remarks on how it runs, such as why the requested device was not taken. */
  readonly notes: readonly string[];
}

export interface ContinueParams extends TextRequest {
  /** The role whose model continues, which also sets the priority: a chat pauses for completions. */
  readonly role: Role;
}

export type { CompleteParams, CompleteResult, GenerationStats, LineCandidate, MemorySize, TokenMark };

export interface CandidatesParams extends CompleteParams {
  /** Lines, at most. */
  readonly count: number;
}

/** A conversation, how to answer it, how it uses the window, and how it is steered, if at all. */
export type ChatParams = ChatRequest & { readonly use: WindowUse; readonly steering?: SteeringUse };

/** The same to be answered several times. */
export type ChatCandidatesParams = ChatCandidatesRequest & { readonly use: WindowUse; readonly steering?: SteeringUse };

export type { CandidateNews, ChatCandidate, ChatCandidates };

/** Common to all studies of the chat model, which have the lowest priority. */
export interface Study {
  /** Path of the intended model, since another may be opened before its turn comes; absent for whichever is open. */
  readonly model?: string;
}

/** Messages to find the refusal direction with, and where to write it. */
export type FindDirectionParams = Study &
  ContrastingMessages & {
    /** Absolute path of the GGUF file to write. */
    readonly path: string;
    /** For people. */
    readonly name: string;
  };

export interface RefusalsParams {
  readonly messages: readonly string[];
  readonly steering?: SteeringUse;
  /** Tokens that refusals begin with; the model's own token if it has one. */
  readonly tokens?: readonly number[];
}

export type { ChatAnswer, ChatBudget, DirectionInfo, SteeringUse, WindowUse };

/** The person's texts to measure, how far, and under which scalings. */
export type MeasureContextParams = Study &
  Measured & {
    /** Tokens of context. */
    readonly window: number;
    readonly scalings: readonly NamedScaling[];
  };

export type { LineQuestion, MeasuredRow, NamedScaling, RetentionRow };

export type RetentionParams = Study & RetentionSettings & { readonly use: WindowUse };

/** Requests to audit refusals with, in their order, and how. */
export type AuditParams = Study &
  Pick<AuditOptions, 'system' | 'maxTokens' | 'answers'> & {
    readonly requests: readonly AuditRequest[];
    /** Steering during the whole audit; absent for none. */
    readonly steering?: SteeringUse;
    /** Instead: absolute path of the directions that the dial drives, to find up to where on the dial each request is refused. */
    readonly along?: string;
  };

export type { AuditRequest, AuditRow };

/** A conversation whose last turn is tried at several places of the dial. */
export type DialCrossingParams = Study &
  Omit<ChatParams, 'steering'> & {
    /** Absolute path of the directions that the dial drives. */
    readonly along: string;
  };

/** A piece of an answer or a completion that is being generated. */
export interface AnswerPiece {
  readonly text: string;
  /** Tokens since the piece before; their places are of the whole text. */
  readonly marks: readonly TokenMark[];
}

/** Is told a piece of text, and the tokens since the piece before. */
export type OnAnswerText = (text: string, marks: readonly TokenMark[]) => void;

export interface RememberParams {
  /** Documents to enter, or their new texts, by the paths that completions name. */
  readonly documents: readonly { readonly path: string; readonly text: string }[];
  /** Paths of documents to take out. */
  readonly gone: readonly string[];
}

/** The `data` of a JSON-RPC error: the parts of an error that programs need. */
export interface ErrorData extends ErrorFacts {
  readonly code: ErrorCode;
}

/** First message: the engine answers with its version, or the client stops it. */
export const Hello = new RequestType0<{ readonly version: number; readonly pid: number }, ErrorData>('paddock/hello');

/** Describes a model without loading its weights. */
export const InspectModel = new RequestType<{ readonly path: string }, ModelInspection, ErrorData>('paddock/inspectModel');

/**
 * Opens a model in place of the one that is open in this role. The old one answers until the new one's weights are loaded. If opening
 * fails or is cancelled before that, the old one stays; after that, none is open.
 */
export const OpenModel = new RequestType<OpenModelParams & { readonly progressToken: string }, ModelInfo, ErrorData>(
  'paddock/openModel',
);

/** How far a model that is being opened has come. */
export const OpeningProgress = new ProgressType<LoadProgress>();

/** An open model has changed how it runs, such as on another device after a GPU was lost. */
export const ModelChanged = new NotificationType<{ readonly role: Role; readonly model: ModelInfo }>('paddock/modelChanged');

/** Frees the memory of the model in this role, if there is one, and returns the roles that still have one. */
export const UnloadModel = new RequestType<{ readonly role: Role }, { readonly left: readonly Role[] }, ErrorData>(
  'paddock/unloadModel',
);

/** Completes code at a cursor. Cancellation takes effect within one decode step or one prefill chunk. */
export const Complete = new RequestType<CompleteParams & { readonly progressToken: string }, CompleteResult, ErrorData>(
  'paddock/complete',
);

/**
 * No more of this completion, or of these candidates, is wanted: it ends within one decode step, and is answered with what there is so
 * far. Ignored for one that has ended or is unknown.
 */
export const Enough = new NotificationType<{ readonly progressToken: string }>('paddock/enough');

/**
 * Keeps the model from running until the request is cancelled, as a completion would: what is under way pauses at its next token. For
 * completions of another engine process on the same machine.
 */
export const GiveWay = new RequestType<object, void, ErrorData>('paddock/giveWay');

/** Different ways to end the cursor's line: first what a completion of one line says, then others, most probable first. */
export const Candidates = new RequestType<CandidatesParams, LineCandidate[], ErrorData>('paddock/candidates');

/**
 * Adds documents of the workspace to the memory that completions draw on, and removes others. The memory belongs to the completion model:
 * another one starts without any.
 */
export const Remember = new RequestType<RememberParams, MemorySize, ErrorData>('paddock/remember');

/** Empties the memory of the workspace. */
export const ForgetWorkspace = new RequestType<object, void, ErrorData>('paddock/forgetWorkspace');

/** Continues any text. Cancellation as for {@link Complete}. */
export const ContinueText = new RequestType<ContinueParams & { readonly progressToken: string }, CompleteResult, ErrorData>(
  'paddock/continueText',
);

/**
 * Answers the last turn of a conversation, with the chat model or, if none is open, the completion model. Cancellation as for {@link
 * Complete}; what was generated until then has been sent as {@link AnswerText}.
 */
export const Chat = new RequestType<ChatParams & { readonly progressToken: string }, ChatAnswer, ErrorData>('paddock/chat');

/** The next piece of an answer or completion, and how probable it was. */
export const AnswerText = new ProgressType<AnswerPiece>();

/**
 * Answers the last turn of a conversation several times over one prompt, with what a preference model needs to know of each. Cancellation
 * as for {@link Complete}.
 */
export const AnswerSeveralTimes = new RequestType<
  ChatCandidatesParams & { readonly progressToken: string },
  ChatCandidates,
  ErrorData
>('paddock/chatCandidates');

/** The next piece of a candidate. */
export const CandidateText = new ProgressType<CandidateNews>();

/** As {@link ChatParams}, without what of the conversation the engine has from the request before. */
export type PlanChatParams = Omit<ChatParams, 'conversation'> & { readonly conversation: ConversationOnWire };

/** What of a conversation fits into its window, and its tokens, without running the model. Asked at each pause in typing. */
export const PlanChat = new RequestType<PlanChatParams, ChatBudget, ErrorData>('paddock/planChat');

/** Tokens of each text, to the model that chats. */
export const CountTokens = new RequestType<{ readonly texts: readonly string[] }, readonly number[], ErrorData>(
  'paddock/countTokens',
);

/**
 * Measures how the chat model uses a long context. Other requests take precedence. If it is cancelled, what was measured has been sent as
 * {@link MeasuredContext}.
 */
export const MeasureContext = new RequestType<MeasureContextParams & { readonly progressToken: string }, void, ErrorData>(
  'paddock/measureContext',
);

/** Figures of a measurement as they come. */
export const MeasuredContext = new ProgressType<MeasuredRow>();

/**
 * Audits what the chat model refuses: a prefill for each request, or an answer if it has no token to decide by. Other requests take
 * precedence; results are sent as {@link AuditedRequest}.
 */
export const AuditRefusals = new RequestType<AuditParams & { readonly progressToken: string }, void, ErrorData>(
  'paddock/auditRefusals',
);

/** The model's response to one request of an audit. */
export const AuditedRequest = new ProgressType<AuditRow>();

/**
 * Up to which threshold of the dial the last turn of a conversation is refused along a direction, from one prefill at each of some places;
 * null where nothing says what a refusal begins with. Others go first at any time.
 */
export const DialCrossing = new RequestType<DialCrossingParams, number | null, ErrorData>('paddock/dialCrossing');

/**
 * Tests how long the model that chats keeps to an instruction. Other requests take precedence; results are sent as {@link
 * RetentionFound}.
 */
export const TestRetention = new RequestType<RetentionParams & { readonly progressToken: string }, void, ErrorData>(
  'paddock/testRetention',
);

/** Answers of a test of retention, as they come. */
export const RetentionFound = new ProgressType<RetentionRow>();

/**
 * Finds the direction in the residual stream of the model that chats that stands for refusing, and writes it to a file, whole or not at all.
 * Others go first at any time.
 */
export const FindDirection = new RequestType<FindDirectionParams & { readonly progressToken: string }, DirectionInfo, ErrorData>(
  'paddock/findDirection',
);

/** How much of the work of finding a direction is done, 0–1. */
export const FindingProgress = new ProgressType<number>();

/** How probable a refusal is, by message, from a prefill each. */
export const Refusals = new RequestType<RefusalsParams, readonly number[], ErrorData>('paddock/refusals');

/** What a file of directions holds, Paddock's or llama.cpp's. */
export const InspectDirections = new RequestType<{ readonly path: string }, DirectionInfo, ErrorData>(
  'paddock/inspectDirections',
);

/** Text of a running continuation, piece by piece. */
export const GeneratedText = new ProgressType<string>();

/** A line for the log of the extension. */
export const Log = new NotificationType<{ readonly level: 'info' | 'warn' | 'error'; readonly message: string }>('paddock/log');
