import { distance } from 'fastest-levenshtein';
import type { Engine } from '../../../engine/host/engine.ts';
import type { RelatedText } from '../../../engine/prompt/related.ts';
import { evidenceOf, type Suggestion } from '../../../extension/completion/likelihood.ts';
import { isWorthShowing, logOdds } from '../../../extension/completion/showFilter.ts';
import { isWorthReading } from '../../../extension/completion/when.ts';
import { Gatherer } from '../../../extension/crossFile/gather.ts';
import { nearestFirst } from '../../../extension/workspaceMemory/nearest.ts';
import type { Stretch } from './desk.ts';
import { isBehindWord, type Position, randomPosition } from './positions.ts';
import { seededRandom } from './random.ts';
import type { Split } from './repository.ts';
import { type Session, typeWith } from './session.ts';
import type { Stage } from './stage.ts';

/** Results of a stage over some positions. */
export interface Score {
  readonly lines: number;
  /** Lines for which there was a suggestion. */
  readonly shown: number;
  /** Lines completed exactly. */
  readonly exact: number;
  /** Sum of 1 − edit distance / longer length. */
  readonly similarity: number;
  readonly tokens: number;
  /** Runs of the model: one for each token except those that were drafted correctly. */
  readonly runs: number;
  readonly decodeMs: number;
  /** Characters at the beginning of the suggestion that are right. */
  readonly rightCharacters: number;
  readonly characters: number;
}

export const NOTHING: Score = {
  lines: 0,
  shown: 0,
  exact: 0,
  similarity: 0,
  tokens: 0,
  runs: 0,
  decodeMs: 0,
  rightCharacters: 0,
  characters: 0,
};

const MAX_TOKENS = 48;

/** Results of each stage: over all positions, and over those right after a word. */
export interface Scores {
  readonly all: readonly Score[];
  readonly behindWords: readonly Score[];
  /** Typed stretches, by stage. */
  readonly sessions: readonly Session[];
}

export interface RunOptions {
  readonly lines: number;
  /** The total number of stretches to type. */
  readonly stretches: number;
  readonly seed: number;
}

/**
 * Completes the same positions of a repository in each stage, in turn, with a memory of all other files and of the rest of the file itself.
 */
export async function runStages(
  engine: Engine,
  split: Split,
  stages: readonly Stage[],
  { lines, stretches, seed }: RunOptions,
): Promise<Scores> {
  engine.forgetWorkspace();
  await engine.remember({ documents: split.others, gone: [] });
  const next = seededRandom(seed);
  const all = stages.map(() => NOTHING);
  const behindWords = stages.map(() => NOTHING);
  const others = new OtherFiles(split);
  // Stages whose prompts begin alike follow one another, so that the cache can be reused.
  const order = [...stages.keys()].sort((a, b) => Number(stages[a]?.related) - Number(stages[b]?.related) || a - b);
  for (let i = 0; i < lines; i++) {
    const file = split.asked[i % split.asked.length];
    const position = file && randomPosition(file, next);
    if (!position) continue;
    const related = await others.relatedTo(position);
    // As in the editor, without the rest of the line.
    await engine.remember({ documents: [{ path: file.path, text: position.prefix + position.suffix }], gone: [] });
    for (const at of order) {
      const score = await complete(engine, position, stages[at] as Stage, related);
      all[at] = sum(all[at] as Score, score);
      if (isBehindWord(position)) behindWords[at] = sum(behindWords[at] as Score, score);
    }
    await engine.remember({ documents: [], gone: [file.path] });
  }
  const sessions: Session[] = [];
  for (const stage of stages) {
    const related = ({ path, before, text, after }: Stretch) =>
      others.relatedTo({ file: { path, text }, prefix: before, suffix: after });
    sessions.push(await typeWith(engine, split, stage, related, { stretches, seed }));
  }
  return { all, behindWords, sessions };
}

/**
 * What the extension would include of other files: imports and windows as it finds them, and no declarations, because there is no language
 * server. The nearest files stand for recently visited ones.
 */
class OtherFiles {
  readonly #texts: ReadonlyMap<string, string>;
  readonly #gatherer = new Gatherer();

  constructor({ others }: Split) {
    this.#texts = new Map(others.map(({ path, text }) => [path, text]));
  }

  relatedTo({ file, prefix, suffix }: Omit<Position, 'truth'>): Promise<readonly RelatedText[]> {
    return this.#gatherer.gather(
      { path: file.path, prefix, suffix },
      {
        read: async (path) => this.#texts.get(path),
        visited: nearestFirst([...this.#texts.keys()], [file.path]),
        declarations: [],
        pause: async () => {},
      },
    );
  }
}

async function complete(
  engine: Engine,
  { file, prefix, suffix, truth }: Position,
  stage: Stage,
  related: readonly RelatedText[],
): Promise<Score> {
  const { text, marks, stats } = await engine.complete({
    prefix,
    suffix: stage.suffix ? suffix : '',
    path: file.path,
    maxTokens: MAX_TOKENS,
    multiline: false,
    healing: stage.healing,
    ...(stage.related && { related }),
    memory: stage.memory,
    speculate: stage.drafts,
  });
  const isShown = text.trim() !== '' && (!stage.filter || isLikely({ text, said: text, marks }));
  const [found, wanted] = [isShown ? text.trimEnd() : '', truth.trimEnd()];
  return {
    lines: 1,
    shown: isShown ? 1 : 0,
    exact: found === wanted ? 1 : 0,
    similarity: 1 - distance(found, wanted) / Math.max(1, found.length, wanted.length),
    tokens: stats.generatedTokens,
    runs: stats.generatedTokens - stats.accepted,
    decodeMs: stats.decodeMs,
    rightCharacters: commonPrefix(found, wanted),
    characters: wanted.length,
  };
}

/** Whether a suggestion would be shown while typing, with the default settings. */
function isLikely(suggestion: Suggestion): boolean {
  const evidence = evidenceOf(suggestion);
  const probability = 1 / (1 + Math.exp(-logOdds(evidence)));
  return isWorthReading(suggestion.text) && isWorthShowing(probability, evidence.characters, 'balanced');
}

function commonPrefix(a: string, b: string): number {
  let length = 0;
  while (length < a.length && length < b.length && a[length] === b[length]) length++;
  return length;
}

export function sum(a: Score, b: Score): Score {
  return combined(a, b, (one, other) => one + other);
}

export function difference(a: Score, b: Score): Score {
  return combined(a, b, (one, other) => one - other);
}

function combined(a: Score, b: Score, combine: (one: number, other: number) => number): Score {
  const keys = Object.keys(a) as (keyof Score)[];
  return Object.fromEntries(keys.map((key) => [key, combine(a[key], b[key])])) as Record<keyof Score, number>;
}
