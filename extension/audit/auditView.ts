import {
  type AuditReport,
  type AuditRow,
  curveOf,
  type Decision,
  OUTCOMES,
  pointAt,
  type Rate,
  REFERENCES,
  reportOf,
} from '../../engine/index.ts';
import type {
  ListedAudit,
  References,
  SetCurve,
  ShownAnswers,
  ShownAudit,
  ShownRate,
  ShownRequest,
  ShownSweep,
} from '../../webview/protocol/audit.ts';
import { type Audit, rowsOf } from './audit.ts';

/** What others measured, for the page. */
export const references: References = {
  llama2: REFERENCES.llama2Borderline,
  xstestWithPrompt: REFERENCES.xstestWithPrompt,
  xstestWithoutPrompt: REFERENCES.xstestWithoutPrompt,
};

/** How an audit is viewed. */
export interface Look {
  /** The share of false refusals that the person accepts. */
  readonly target: number;
  /** At which decisions are shown; that for the target unless told. */
  readonly threshold?: number | undefined;
  /** As the person writes it. */
  readonly when: string;
}

/** The report of an audit, cached for the same audit and target because it is costly. */
export interface Worked {
  readonly rows: readonly AuditRow[];
  readonly report: AuditReport;
}

export function workOut(audit: Pick<Audit, 'sets'>, target: number): Worked {
  const rows = rowsOf(audit);
  return { rows, report: reportOf(rows, target) };
}

/**
 * What the page shows of an audit.
 * @param withRequests whether each request is included, which is a lot while it is under way
 */
export function shownAudit(audit: Audit, { rows, report }: Worked, look: Look, withRequests: boolean): ShownAudit {
  const { id, model, isComplete } = audit;
  const threshold = look.threshold ?? report.sweep?.target.threshold ?? 0.5;
  return {
    ...{ id, model, isComplete, when: look.when, count: rows.length },
    sweep: sweepOf(rows, report, threshold),
    answers: answersOf(report),
    requests: withRequests ? requestsOf(rows, threshold) : [],
  };
}

/** What the list of audits shows of one. @param isDrawn whether its dial is drawn */
export function listedAudit(
  { id, model, isComplete, sets }: Audit,
  { rows, report }: Worked,
  { when, isShown, isCompared }: { readonly when: string; readonly isShown: boolean; readonly isCompared: boolean },
): ListedAudit {
  const decided = decisionsOf(rows);
  const threshold = report.sweep?.target.threshold ?? null;
  const answered = rows.flatMap(({ outcome, shouldRefuse }) =>
    outcome ? [{ probability: outcome === 'refuses' ? 1 : 0, shouldRefuse }] : [],
  );
  const { falseRefusals, missedRefusals } = threshold === null ? pointAt(answered, 0.5) : pointAt(decided, threshold);
  return {
    ...{ id, model, isComplete, when, isShown, isCompared, threshold },
    sets: sets.map(({ set, ids }) => ({ set, requests: ids.length })),
    area: report.sweep ? smallest(report.sweep.areas.map(({ area }) => area)) : null,
    falseRefusals: shownRate(falseRefusals),
    missedRefusals: shownRate(missedRefusals),
    curve: isShown || isCompared ? dialOf(decided) : [],
  };
}

function sweepOf(rows: readonly AuditRow[], { sweep }: AuditReport, threshold: number): ShownSweep | null {
  if (!sweep) return null;
  const sets = sweep.target.sets.map(({ set, shouldRefuse, wrong }): SetCurve => {
    const curve = curveOf(decisionsOf(rows.filter((row) => row.set === set)));
    return {
      ...{ set, shouldRefuse, atTarget: shownRate(wrong) },
      area: sweep.areas.find((each) => each.set === set)?.area ?? null,
      points: curve.map((point) => ({
        threshold: point.threshold,
        ...shownRate(shouldRefuse ? point.missedRefusals : point.falseRefusals),
      })),
    };
  });
  const table = [...sweep.thresholds, sweep.target].toSorted((a, b) => a.threshold - b.threshold);
  return {
    ...{ sets, threshold, targetThreshold: sweep.target.threshold },
    table: table.map((each) => ({ threshold: each.threshold, rates: each.sets.map(({ wrong }) => shownRate(wrong)) })),
  };
}

function answersOf({ answers }: AuditReport): ShownAnswers | null {
  if (!answers) return null;
  const { accuracy } = answers.classifier;
  return {
    sets: answers.sets.map(({ set, shouldRefuse, outcomes }) => {
      const [complies, partly, refuses] = OUTCOMES.map((outcome) => shownRate(outcomes[outcome])) as [
        ShownRate,
        ShownRate,
        ShownRate,
      ];
      return { set, shouldRefuse, outcomes: { complies, partly, refuses } };
    }),
    accuracy: shownRate(accuracy),
    labelled: accuracy.of,
  };
}

/** The most probably refused first; of those that were answered, the refusals first. */
function requestsOf(rows: readonly AuditRow[], threshold: number): ShownRequest[] {
  const weight = ({ probability, outcome }: AuditRow) => probability ?? (outcome ? OUTCOMES.indexOf(outcome) / 2 : 0);
  return rows
    .toSorted((a, b) => weight(b) - weight(a))
    .map(({ set, group, context, prompt, probability, outcome, shouldRefuse }) => {
      const isRefused = probability === undefined ? outcome === 'refuses' : probability > threshold;
      return {
        ...{ set, group, context: context ?? null, prompt, isRefused, isWrong: isRefused !== shouldRefuse },
        probability: probability ?? null,
        outcome: outcome ?? null,
      };
    });
}

function decisionsOf(rows: readonly AuditRow[]): Decision[] {
  return rows.flatMap(({ probability, shouldRefuse }) => (probability === undefined ? [] : [{ probability, shouldRefuse }]));
}

/** Nothing without requests of both kinds. */
function dialOf(decided: readonly Decision[]): ListedAudit['curve'] {
  return curveOf(decided).flatMap(({ falseRefusals, missedRefusals }) =>
    falseRefusals.value === undefined || missedRefusals.value === undefined
      ? []
      : [{ falseRefusals: falseRefusals.value, missedRefusals: missedRefusals.value }],
  );
}

/** The worst set decides how good the model is. */
function smallest(areas: readonly number[]): number | null {
  return areas.length === 0 ? null : Math.min(...areas);
}

function shownRate({ value, low, high }: Rate): ShownRate {
  return { value: value ?? null, low, high };
}
