import { findPreferencePrior } from '../../storage/preferencePrior.ts';
import { isTaggedBy, rankAnswers } from '../../tuning/preference/combine.ts';
import { FEATURES } from '../../tuning/preference/features.ts';
import { judgementsFrom } from '../../tuning/preference/judgementsFile.ts';
import { learn, MARGINS, type MarginKind } from '../../tuning/preference/learn.ts';
import { accuracyOf, heldOutAccuracy, meterOf } from '../../tuning/preference/meter.ts';
import { expectedMaximum } from '../../tuning/preference/orderStatistics.ts';
import { CANDIDATE_COUNTS, type CandidateCount } from '../../tuning/preference/temperature.ts';
import { attemptVersion, firstVersions } from '../../tuning/preference/versions.ts';
import { majorityVote } from '../../tuning/preference/vote.ts';
import { modelPath, print, type RunOptions, readSource, withEngine } from './common.ts';
import { bestInWords, learningInWords } from './preferenceWords.ts';

export interface LearnFlags {
  readonly model?: string;
  readonly json?: true;
}

export interface BestFlags extends RunOptions {
  readonly bestOf: CandidateCount;
  readonly judgements?: string;
  readonly system: string;
  readonly maxTokens: number;
  readonly temperature?: number;
  readonly seed: number;
  readonly tagged?: true;
}

/** `paddock preference learn`: what exported judgements teach the heads, and how far these are to be trusted. */
export async function learnPreferences(file: string, options: LearnFlags): Promise<void> {
  const judgements = judgementsFrom(await readSource(file), file);
  const { heads: prior, of, path } = await findPreferencePrior(modelPath(options.model), modelPath(undefined));
  const started = performance.now();
  const heads = learn(prior, judgements);
  const milliseconds = performance.now() - started;
  const margins = Object.keys(MARGINS) as MarginKind[];
  const attempt = attemptVersion(firstVersions(prior, 0), judgements, Date.now());
  const result = {
    judgements: judgements.length,
    prior: { of, path },
    milliseconds,
    priorAlone: { helpful: accuracyOf(prior, judgements, 'helpful'), safe: accuracyOf(prior, judgements, 'safe') },
    heldOut: margins.map((kind) => ({ margins: kind, ...heldOutAccuracy(prior, judgements, { margins: kind }) })),
    meter: meterOf(prior, heads, judgements),
    activated: attempt.isActivated,
    ...(attempt.why && { why: attempt.why }),
    bench: { before: attempt.before, after: attempt.after },
    weights: FEATURES.map((name, i) => ({
      name,
      prior: prior.helpful.weight[i] as number,
      learned: heads.helpful.weight[i] as number,
    })),
  };
  print(result, options.json, learningInWords);
}

/**
 * `paddock preference best`: several answers to one message, ranked by the preference model; as in the editor, no more than the
 * judgements justify.
 */
export async function bestOfSeveral(message: string, options: BestFlags): Promise<void> {
  const { heads: prior, of, path } = await findPreferencePrior(modelPath(options.model), modelPath(undefined));
  const { judgements: file, system, maxTokens, bestOf: asked, temperature, seed } = options;
  const judgements = file === undefined ? [] : judgementsFrom(await readSource(file), file);
  const heads = learn(prior, judgements);
  const meter = meterOf(prior, heads, judgements);
  const count = CANDIDATE_COUNTS.findLast((each) => each <= asked && each <= meter.mostCandidates) ?? 1;
  const conversation = {
    system,
    pinned: { text: '', mode: 'off' as const },
    turns: [{ content: [{ kind: 'text' as const, text: message }] }],
  };
  const { answer, info } = await withEngine(options, async (engine) => ({
    answer: await engine.chatCandidates({
      conversation,
      overflow: 'oldest',
      maxTokens,
      count,
      seed,
      use: { window: 0 },
      ...(temperature !== undefined && { temperature }),
    }),
    info: engine.opened.info,
  }));
  const { candidates } = answer;
  const isTagged = options.tagged ?? isTaggedBy(info, answer.refusal);
  const { ranked, divergence } = rankAnswers(
    heads,
    candidates.map(({ features }) => features),
    { isTagged },
  );
  const vote = majorityVote(candidates.map(({ text }) => text));
  const result = {
    prior: { of, path },
    asked,
    meter,
    temperature: answer.temperature,
    abreast: answer.abreast,
    refusal: answer.refusal,
    tagged: isTagged,
    divergence,
    orderStatistic: expectedMaximum(count),
    candidates: ranked.map((rank) => {
      const { text, finish, outcome, features } = candidates[rank.index] as (typeof candidates)[number];
      return { ...rank, text, finish, outcome, features };
    }),
    ...(vote && { vote }),
    stats: answer.stats,
  };
  print(result, options.json, bestInWords);
}
