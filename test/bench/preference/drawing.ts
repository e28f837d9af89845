import type { Engine } from '../../../engine/host/engine.ts';
import { combined, logit } from '../../../engine/tuning/preference/combine.ts';
import { type Heads, scoresOf } from '../../../engine/tuning/preference/heads.ts';
import type { CandidateCount } from '../../../engine/tuning/preference/temperature.ts';

/** Temperatures that are tried. */
export const TRIED = [0.7, 0.85, 1, 1.15, 1.3, 1.45] as const;
/** Answers to each request at each of them. */
export const DRAWN = 16;
/** Of an answer, at most. */
export const MAX_TOKENS = 48;

/** Logits of R_c of answers to some requests. */
export interface Drawn {
  /** Of the most probable answer, by request. */
  readonly greedy: readonly number[];
  /** Of those drawn: `[temperature of TRIED][request][answer]`. */
  readonly drawn: readonly (readonly (readonly number[])[])[];
}

/** Draws answers to requests and scores them by the heads. @param onDone told each request that is done */
export async function drawAll(
  engine: Engine,
  heads: Heads,
  prompts: readonly string[],
  onDone: (request: number) => void,
): Promise<Drawn> {
  const greedy: number[] = [];
  const drawn = TRIED.map((): number[][] => []);
  for (const [i, prompt] of prompts.entries()) {
    greedy.push(...(await rewards(engine, heads, prompt, 1)));
    for (const [t, temperature] of TRIED.entries()) {
      drawn[t]?.push(await rewards(engine, heads, prompt, DRAWN, temperature));
    }
    onDone(i);
  }
  return { greedy, drawn };
}

async function rewards(
  engine: Engine,
  heads: Heads,
  prompt: string,
  count: CandidateCount,
  temperature?: number,
): Promise<number[]> {
  const { candidates } = await engine.chatCandidates({
    conversation: {
      system: '',
      pinned: { text: '', mode: 'off' },
      turns: [{ content: [{ kind: 'text', text: prompt }] }],
    },
    overflow: 'oldest',
    maxTokens: MAX_TOKENS,
    count,
    use: { window: 0 },
    ...(temperature !== undefined && { temperature }),
  });
  return candidates.map(({ features }) => rewardOf(heads, features));
}

function rewardOf(heads: Heads, features: readonly number[]): number {
  return logit(combined(scoresOf(heads, features), heads.unsafeBelow).probability);
}
