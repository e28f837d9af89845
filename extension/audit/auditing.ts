import { type AuditParams, type AuditRequest, type AuditRow, groupedBy, type ModelInfo } from '../../engine/index.ts';
import { type Audit, type AuditTold, setsOf } from './audit.ts';

/** What an audit needs from the engine. */
export interface AuditingEngine {
  auditRefusals(params: AuditParams, signal: AbortSignal, onRow: (row: AuditRow) => void): Promise<void>;
}

/** The conditions of an audit, for the engine and for display. */
export interface AuditedUnder extends Pick<AuditParams, 'steering' | 'along'> {
  /** The system's text; empty for none. */
  readonly system: string;
  readonly told: AuditTold;
}

/** One audit, and the callbacks for its progress. */
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
 * Audits a model. Whatever ends it, all results until then have been reported.
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

/** Interleaves the sets evenly, so that an audit that is stopped says something about each. The order within a set is kept. */
export function mixed(requests: readonly AuditRequest[]): AuditRequest[] {
  const placed = [...groupedBy(requests, ({ set }) => set).values()].flatMap((own) =>
    own.map((request, i) => ({ request, place: (i + 0.5) / own.length })),
  );
  return placed.sort((a, b) => a.place - b.place).map(({ request }) => request);
}
