import type { AuditParams, AuditRequest, AuditRow, ModelInfo } from '../../engine/index.ts';
import { type Audit, type AuditTold, setsOf } from './audit.ts';

/** What an audit asks of the engine. */
export interface AuditingEngine {
  auditRefusals(params: AuditParams, signal: AbortSignal, onRow: (row: AuditRow) => void): Promise<void>;
}

/** Under what a model is audited, for the engine and for who reads it. */
export interface AuditedUnder extends Pick<AuditParams, 'steering' | 'along'> {
  /** The system's text; empty for none. */
  readonly system: string;
  readonly told: AuditTold;
}

/** One audit, and who is told how far it has come. */
export interface AuditTask {
  readonly id: string;
  readonly model: Pick<ModelInfo, 'name' | 'key' | 'path'>;
  readonly requests: readonly AuditRequest[];
  readonly under: AuditedUnder;
  readonly signal: AbortSignal;
  readonly onProgress: (sofar: Audit, done: number) => void;
  readonly now: () => number;
}

/** Tokens of an answer, where one is needed: a refusal shows in its first sentences. */
const ANSWER_TOKENS = 64;

/**
 * Audits a model. What was found until it ends, for whatever reason, has been told.
 * @throws PaddockError as the engine's client
 */
export async function auditModel(
  engine: AuditingEngine,
  { id, model, requests, under, signal, onProgress, now }: AuditTask,
): Promise<void> {
  const rows: AuditRow[] = [];
  const begun = { id, model: model.name, key: model.key, at: now(), told: under.told };
  const tell = (isComplete: boolean) => onProgress({ ...begun, isComplete, sets: setsOf(rows) }, rows.length);
  const { told: _, ...told } = under;
  const params = { ...told, model: model.path, requests: mixed(requests), maxTokens: ANSWER_TOKENS, answers: false };
  await engine.auditRefusals(params, signal, (row) => {
    rows.push(row);
    tell(false);
  });
  tell(true);
}

/** Of every set its part at any time, so that an audit that is stopped says something of each. The order within a set stays. */
export function mixed(requests: readonly AuditRequest[]): AuditRequest[] {
  const placed = [...Map.groupBy(requests, ({ set }) => set).values()].flatMap((own) =>
    own.map((request, i) => ({ request, place: (i + 0.5) / own.length })),
  );
  return placed.sort((a, b) => a.place - b.place).map(({ request }) => request);
}
