import type { Event } from 'vscode-jsonrpc';
import { cancelled, type ModelInfo, modelName, type OpenModelParams, PaddockError } from '../engine/index.ts';
import type { EngineState } from './engineState.ts';

/**
 * Waits until a model is open.
 * @throws PaddockError `no-model` when there will be none, `cancelled`
 */
export function untilReady(
  state: () => EngineState,
  onDidChangeState: Event<EngineState>,
  signal: AbortSignal | undefined,
): Promise<ModelInfo> {
  return new Promise((resolve, reject) => {
    const settle = () => {
      const outcome = readiness(state(), signal);
      if (!outcome) return;
      listener.dispose();
      signal?.removeEventListener('abort', settle);
      if (outcome instanceof PaddockError) reject(outcome);
      else resolve(outcome);
    };
    const listener = onDidChangeState(settle);
    signal?.addEventListener('abort', settle);
    settle();
  });
}

/** The open model, the error that there will be none, or undefined while it is worth waiting. */
function readiness(state: EngineState, signal: AbortSignal | undefined): ModelInfo | PaddockError | undefined {
  if (signal?.aborted) return cancelled();
  if (isOpen(state)) return state.model;
  if (state.kind === 'failed') return new PaddockError('no-model', state.reason);
  if (state.kind === 'off') return new PaddockError('no-model', 'The engine is off.');
  if (state.kind === 'unloaded') return new PaddockError('no-model', 'The model is unloaded.');
  return undefined;
}

/** A model's name before it is open. */
export function nameOf({ name, path }: OpenModelParams): string {
  return name ?? modelName(path);
}

/** Whether a model is open. */
export function isOpen(state: EngineState): state is Extract<EngineState, { readonly model: ModelInfo }> {
  return state.kind === 'ready' || state.kind === 'generating';
}

/** The model that is open, or rests until a request; undefined if there is none. */
export function openModelIn(state: EngineState): ModelInfo | undefined {
  return isOpen(state) ? state.model : restingIn(state);
}

/** The model that was unloaded for lack of use. */
export function restingIn(state: EngineState): ModelInfo | undefined {
  return state.kind === 'unloaded' ? state.rests : undefined;
}

/** Whether a model is open or being opened, or was unloaded on purpose. */
export function isAtWork({ kind }: EngineState): boolean {
  return kind !== 'off' && kind !== 'failed';
}

/** Whether opening either would have the same result. */
export function isSameModel(a: OpenModelParams, b: OpenModelParams | undefined): boolean {
  const { name: _, ...one } = a;
  const { name: __, ...other } = b ?? {};
  return JSON.stringify(Object.entries(one).sort()) === JSON.stringify(Object.entries(other).sort());
}
