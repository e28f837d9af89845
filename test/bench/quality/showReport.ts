import { EAGERNESS } from '../../../extension/completion/showFilter.ts';
import { areaUnderCurve, byEagerness, type Judged, logLoss, mean, type Shown, showing, type Weights } from './showFit.ts';

const HEAD = `# Suggestions that are shown

Written by \`npm run bench:show\`. A cursor is set on random lines, mostly where a token begins; what would be suggested there, by the way
that it takes in the editor and with the memory of all other files, is compared with what stands there. *Kept*: of its first line nothing
would have to be taken back. *Exact*: its first line is the line. *Gained*: characters that one would have taken, the whole suggestion or
its first lines as far as they are right, as a share of those that all suggestions together save. *In vain*: the share of those that
save nothing that is shown. *Net*: characters saved for each suggestion, shown or not, less 1.35 s / 0.28 s = 4.8 for each that is read in
vain (a decision and a key of the keystroke-level model, Card, Moran and Newell 1980).

The probability that a suggestion is kept comes from the model's own probability of its first line, the workspace memory mixed in. \`all\`
shows everything, \`balanced\` what is expected to save more than it costs, \`sure\` of that only what is rather kept than not.
`;

const THRESHOLDS = [0, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8];
const BINS = [0, 0.02, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.01];

/** The data that the weights were fitted on, and their results on other repositories. */
export interface ShowResults {
  readonly weights: Weights;
  readonly fitted: readonly Judged[];
  readonly held: readonly Judged[];
  /** The held-out outcomes in order, each judged with what was learned from those before. */
  readonly learned: readonly Judged[];
  /** The same for models that are over- or underconfident. */
  readonly others: readonly { readonly name: string; readonly held: readonly Judged[]; readonly learned: readonly Judged[] }[];
}

export function showReport({ weights, fitted, held, learned, others }: ShowResults): string {
  const names = [...new Set(held.map(({ repository }) => repository))];
  const groups = [
    ...names.map((name) => [name, held.filter(({ repository }) => repository === name)] as const),
    ['all', held] as const,
  ];
  const [constant, slope] = weights.map((weight) => weight.toFixed(3));
  return [
    HEAD,
    `Fitted on ${repositories(fitted)} (${fitted.length} suggestions): log-odds = ${constant} + ${slope} × the model's. Everything below is of`,
    'other repositories.',
    '',
    '| repository | eagerness | shown | kept | exact | gained | in vain | net |',
    '|---|---|---:|---:|---:|---:|---:|---:|',
    ...groups.flatMap(([name, those]) =>
      EAGERNESS.map((eagerness, i) => {
        const label = i === 0 ? `${name} (${those.length})` : '';
        return `| ${label} | \`${eagerness}\` | ${cells(showing(those, byEagerness(eagerness)))} |`;
      }),
    ),
    '',
    '## By a threshold on the probability alone',
    '',
    `Area under the ROC curve, *kept* against the rest: ${areaUnderCurve(held).toFixed(3)}.`,
    '',
    '| at least | shown | kept | exact | gained | in vain | net |',
    '|---:|---:|---:|---:|---:|---:|---:|',
    ...THRESHOLDS.map((least) => `| ${least} | ${cells(showing(held, ({ probability }) => probability >= least))} |`),
    '',
    '## Said and come true',
    '',
    'Nats per suggestion, less being better: what the probabilities lose, as they are and with the offset that is learned while typing.',
    '',
    '| | as it is | learned |',
    '|---|---:|---:|',
    `| this model | ${logLoss(held).toFixed(3)} | ${logLoss(learned).toFixed(3)} |`,
    ...others.map(
      ({ name, held: as, learned: after }) => `| ${name} | ${logLoss(as).toFixed(3)} | ${logLoss(after).toFixed(3)} |`,
    ),
    `| how often they are kept, alone | ${entropy(mean(held.map(({ kept }) => (kept ? 1 : 0)))).toFixed(3)} | |`,
    '',
    '| probability | suggestions | said | kept |',
    '|---:|---:|---:|---:|',
    ...BINS.slice(0, -1).map((from, i) => bin(held, from, BINS[i + 1] as number)),
    '',
  ].join('\n');
}

function bin(judged: readonly Judged[], from: number, to: number): string {
  const those = judged.filter(({ probability }) => probability >= from && probability < to);
  const said = mean(those.map(({ probability }) => probability));
  const kept = mean(those.map((each) => (each.kept ? 1 : 0)));
  return `| ${from} – ${Math.min(1, to)} | ${those.length} | ${percent(said)} | ${percent(kept)} |`;
}

function cells({ share, kept, exact, gained, wrong, net }: Shown): string {
  return [...[share, kept, exact, gained, wrong].map(percent), net.toFixed(2)].join(' | ');
}

const repositories = (judged: readonly Judged[]) => [...new Set(judged.map(({ repository }) => repository))].join(', ');
const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
const entropy = (p: number) => -p * Math.log(p) - (1 - p) * Math.log(1 - p);
