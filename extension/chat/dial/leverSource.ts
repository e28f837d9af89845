import type { DialTarget, RefusedShare, ShownDirection } from '../../../webview/protocol/chatRefusals.ts';
import type { SetUp } from './setUp.ts';

/** A direction that is stored for a model. */
export interface StoredDirection extends ShownDirection {
  /** Identifies its numbers, whatever it is called. */
  readonly mark: string;
}

/** What an audit says of the dial. */
export interface DialAudit {
  /** Where it keeps the person's target. */
  readonly target: DialTarget;
  /** What is refused of each set at a threshold. */
  refusedAt(threshold: number): readonly RefusedShare[];
}

/** What is known about models beyond what the engine reports. */
export interface LeverSource {
  /** The directions that are stored for a model, by its key. */
  directions(model: string): readonly StoredDirection[];
  /** What the last audit of a model under this very set-up says. */
  audited(model: string, setUp: SetUp): DialAudit | undefined;
}
