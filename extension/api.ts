import type * as vscode from 'vscode';
import type { LoadProgress, ModelInfo } from '../engine/index.ts';
import type { AuditView } from '../webview/protocol/audit.ts';
import type { CodeAction } from '../webview/protocol/chatIntents.ts';
import type { ShownRefusals } from '../webview/protocol/chatRefusals.ts';
import type { ContextView } from '../webview/protocol/context.ts';
import type { PreferencesView } from '../webview/protocol/preferences.ts';
import type { AnswerCode } from './chat/code/answerCode.ts';
import type { SilenceRecord } from './completion/silence.ts';
import type { CompletionReport, EngineState } from './engineState.ts';
import type { Cell } from './statistics/counts.ts';
import type { MemoryReport } from './workspaceMemory/report.ts';

/** What `activate` returns, for other extensions and for the integration tests. */
export interface PaddockApi {
  /** The engine of completions. */
  state(): EngineState;
  readonly onDidChangeState: vscode.Event<EngineState>;
  /** Process id of that engine, undefined while none runs. */
  enginePid(): number | undefined;
  /** The engine that conversations use, which is the same while the chat has no model of its own. */
  chatState(): EngineState;
  /** Process id of the engine of the chat's own model, undefined while none runs. */
  chatEnginePid(): number | undefined;
  /** Waits until a model is open; rejects with the reason when the engine is off or has failed. */
  ready(): Promise<ModelInfo>;
  /** Progress of a model that is being opened; undefined while none is. */
  progress(): LoadProgress | undefined;
  /** Where converted weights are kept. */
  readonly conversionsFolder: string;
  /** The last suggestion handed to the editor. */
  lastCompletion(): CompletionReport | undefined;
  /** What is remembered of the workspace. */
  workspaceMemory(): MemoryReport;
  /** The last requests that showed nothing, the latest first. */
  silences(): readonly SilenceRecord[];
  /** What was gathered from other files for the place of the cursor. */
  otherFiles(): readonly { readonly path: string; readonly text: string }[];
  /** The messages that the chat shows, in order. */
  chat(): readonly {
    readonly role: 'user' | 'assistant';
    readonly text: string;
    readonly state: string;
    readonly unknown?: readonly string[];
  }[];
  /** Where the conversations of this workspace are kept. */
  readonly chatFolder: string;
  /** How conversations use the window of the open model; undefined where none is open. */
  chatWindow(): { readonly window: number; readonly scaling: string; readonly scalingValue: number } | undefined;
  /** What the page that measures the context window shows. */
  contextMeasurement(): ContextView;
  /** How refusals of the open model are tuned; null where none is open. */
  refusals(): ShownRefusals | null;
  /** What the page that audits refusals shows. */
  audit(): AuditView;
  /** What the page of preferences shows. */
  preferences(): PreferencesView;
  /** What the panel's buttons do with a block of code. */
  runCode(action: CodeAction, code: AnswerCode): Promise<void>;
  /** Counts of suggestions by day, language and model, as far as this window knows. */
  statistics(): readonly Cell[];
}
