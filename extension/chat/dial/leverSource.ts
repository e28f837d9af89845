import type { DialTarget, ShownDirection } from '../../../webview/protocol/chatRefusals.ts';
import type { SetUp } from './setUp.ts';

/** A direction that is stored for a model. */
export interface StoredDirection extends ShownDirection {
  /** What tells its numbers from those of others, whatever it is called. */
  readonly mark: string;
}

/** What is known of models besides what the engine says. */
export interface LeverSource {
  /** The directions that are stored for a model, by its key. */
  directions(model: string): readonly StoredDirection[];
  /** Where the last audit of a model under this very set-up found the person's target kept. */
  target(model: string, setUp: SetUp): DialTarget | undefined;
}
