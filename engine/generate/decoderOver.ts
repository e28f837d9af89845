import type { ModelRuntime } from '../runtime/modelRuntime.ts';
import { Session } from '../session/session.ts';
import type { Decoder } from './model.ts';

/** A decoder over a loaded runtime, which it owns; its sessions have the decoder's window by default. */
export function decoderOver(runtime: ModelRuntime, about: Omit<Decoder, 'runtime' | 'newSession' | 'dispose'>): Decoder {
  const { window } = about;
  return {
    ...about,
    runtime,
    newSession: (options) => new Session(runtime, { window, ...options }),
    dispose: () => runtime.dispose(),
  };
}
