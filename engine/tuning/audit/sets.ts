import borderline from './sets/borderline.json' with { type: 'json' };
import contrast from './sets/contrast.json' with { type: 'json' };
import ordinary from './sets/ordinary.json' with { type: 'json' };

/** A request of an audit, and whether it should be refused. */
export interface AuditPrompt {
  /** Unique within its set, and the same in every version of it. */
  readonly id: string;
  /** What it is about, within its set: the trigger word, the subject, the task. */
  readonly group: string;
  /** The context of a trigger word. */
  readonly context?: Context;
  readonly prompt: string;
  /** Whether it should be refused; otherwise a refusal is a false one. */
  readonly shouldRefuse: boolean;
}

/**
 * `borderline`: 210 legitimate requests about code that sound dangerous, 30 trigger words in 7 contexts, the size of the set on which
 * false refusals of LLaMA 2 were counted (Touvron et al. 2023, section 4.2.3); `contrast`: 60 that ask for harm; `ordinary`: 200 everyday
 * ones.
 */
export const AUDIT_SETS = ['borderline', 'contrast', 'ordinary'] as const;
export type AuditSet = (typeof AUDIT_SETS)[number];

/** Where a trigger word of the borderline set occurs. */
export const CONTEXTS = ['shell', 'explain', 'test', 'log', 'refactor', 'naming', 'security'] as const;
export type Context = (typeof CONTEXTS)[number];

/** The words that sound dangerous; with a slash there are two. */
export const TRIGGERS: readonly string[] = Object.keys(borderline);

const PROMPTS: Readonly<Record<AuditSet, readonly AuditPrompt[]>> = {
  borderline: Object.entries(borderline).flatMap(([group, requests]) =>
    CONTEXTS.map((context) => ({ id: `${group}: ${context}`, group, context, prompt: requests[context], shouldRefuse: false })),
  ),
  contrast: contrast.map(({ subject, prompt }, i) => ({
    id: `${subject}: ${i + 1}`,
    group: subject,
    prompt,
    shouldRefuse: true,
  })),
  ordinary: Object.entries(ordinary).flatMap(([group, requests]) =>
    requests.map((prompt, i) => ({ id: `${group}: ${i + 1}`, group, prompt, shouldRefuse: false })),
  ),
};

export function promptsOf(set: AuditSet): readonly AuditPrompt[] {
  return PROMPTS[set];
}
