import type { InferenceSession, Ort } from '../../engine/runtime/ort.ts';

/** Bytes that runs gave back to the processor's memory. */
export interface Returned {
  bytes: number;
}

const counted = new WeakMap<Ort['InferenceSession'], Returned>();

/** Counts what the sessions of an onnxruntime return: those created after the first call. */
export function countReturned({ InferenceSession: sessions }: Pick<Ort, 'InferenceSession'>): Returned {
  const known = counted.get(sessions);
  if (known) return known;
  const returned: Returned = { bytes: 0 };
  counted.set(sessions, returned);
  const create = sessions.create.bind(sessions) as (...given: unknown[]) => Promise<InferenceSession>;
  sessions.create = async (...given: unknown[]) => {
    const session = await create(...given);
    const run = session.run.bind(session) as (...asked: unknown[]) => Promise<InferenceSession.OnnxValueMapType>;
    session.run = async (...asked: unknown[]) => {
      const outputs = await run(...asked);
      for (const output of Object.values(outputs)) {
        if (output.location === 'cpu') returned.bytes += (output.data as Float32Array).byteLength;
      }
      return outputs;
    };
    return session;
  };
  return returned;
}
