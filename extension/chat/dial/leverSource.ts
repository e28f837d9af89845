import type { DialTarget, Lever, PromptLevel, ShownDirection } from '../../../webview/protocol/chatRefusals.ts';

/** What is known of models besides what the engine says. */
export interface LeverSource {
  /** The directions that are stored for a model, by its key. */
  directions(model: string): readonly ShownDirection[];
  /** Where the last audit of a model with this lever and prompt found the person's target kept. */
  target(model: string, audited: { readonly lever: Lever; readonly level: PromptLevel }): DialTarget | undefined;
}
