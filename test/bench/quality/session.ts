import type { RelatedText } from '../../../engine/prompt/related.ts';
import type { CompletionEngine } from '../../../extension/completion/computation.ts';
import type { Stretch } from './desk.ts';
import { seededRandom } from './random.ts';
import type { Split } from './repository.ts';
import type { Stage } from './stage.ts';
import { stretchOf, Typist } from './typist.ts';

/** Results of typing some stretches with a stage's suggestions. */
export interface Session {
  readonly keys: number;
  /** Keys after which a suggestion was shown. */
  readonly suggested: number;
  readonly characters: number;
  /** Characters that came from suggestions. */
  readonly completed: number;
}

export const NO_SESSION: Session = { keys: 0, suggested: 0, characters: 0, completed: 0 };

/** Approximate length of a stretch, in characters. */
const CHARACTERS = 150;

/**
 * Types stretches of the files to complete, with what a stage tells the engine and shows, accepting what is right. The workspace memory
 * stays as it is.
 * @param related what the engine is told of other files at the beginning of a stretch
 */
export async function typeWith(
  engine: CompletionEngine,
  { asked }: Split,
  stage: Stage,
  related: (stretch: Stretch) => Promise<readonly RelatedText[]>,
  { stretches, seed }: { readonly stretches: number; readonly seed: number },
): Promise<Session> {
  const next = seededRandom(seed);
  let session = NO_SESSION;
  for (let i = 0; i < stretches; i++) {
    const file = asked[i % asked.length];
    const stretch = file && stretchOf(file, CHARACTERS, next);
    if (!stretch) continue;
    const told = stage.related ? { related: await related(stretch) } : {};
    const habits = { pauseMs: 0, eagerness: stage.filter ? 'balanced' : 'all', lookAhead: false } as const;
    const keys = await new Typist(asStage(engine, stage, told), undefined, habits).type(stretch);
    for (const { suggested, entered, accepted } of keys) {
      session = {
        keys: session.keys + 1,
        suggested: session.suggested + (suggested ? 1 : 0),
        characters: session.characters + entered,
        completed: session.completed + (accepted ? entered : 0),
      };
    }
  }
  return session;
}

export function sumOfSessions(a: Session, b: Session): Session {
  return {
    keys: a.keys + b.keys,
    suggested: a.suggested + b.suggested,
    characters: a.characters + b.characters,
    completed: a.completed + b.completed,
  };
}

/** The engine; each request tells it what the stage does. */
function asStage(engine: CompletionEngine, stage: Stage, told: { readonly related?: readonly RelatedText[] }): CompletionEngine {
  const { healing, memory, drafts: speculate } = stage;
  return {
    complete: (params, signal, onText, enough) => {
      const suffix = stage.suffix ? params.suffix : '';
      return engine.complete({ ...params, suffix, healing, memory, speculate, ...told }, signal, onText, enough);
    },
    candidates: (params, signal) => engine.candidates(params, signal),
  };
}
