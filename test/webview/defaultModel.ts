import { EngineClient, type ModelInfo } from '../../engine/index.ts';
import { defaultModel } from '../support/defaultModel.ts';
import { engineEntry } from '../support/paths.ts';

/**
 * Runs something with the default model, in an engine process of its own.
 * @param conversions folder for its converted weights
 */
export async function withDefaultModel<T>(
  conversions: string,
  ask: (client: EngineClient, model: ModelInfo) => Promise<T>,
): Promise<T> {
  const client = new EngineClient({ entry: engineEntry, log: () => undefined, onExit: () => undefined });
  try {
    const place = { path: defaultModel, name: "Paddock's own model", conversions };
    return await ask(client, await client.openModel({ role: 'completion', ...place, device: 'cpu', threads: 0, window: 4_096 }));
  } finally {
    client.dispose();
  }
}
