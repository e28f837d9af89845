import { promptsOf } from '../../../engine/index.ts';
import { type Audit, setsOf } from '../../../extension/audit/audit.ts';
import type { SetUp } from '../../../extension/chat/dial/setUp.ts';

/** The conditions of {@link someAudit}. */
export const someSetUp: SetUp = { weights: 'tiny-1', lever: 'token', direction: '', prompt: '' };

/** An audit of a model that is nearly always right: twenty requests of each set, with probabilities that rise with their index. */
export function someAudit(change: Partial<Audit> = {}): Audit {
  const rows = (['borderline', 'contrast', 'ordinary'] as const).flatMap((set) =>
    promptsOf(set)
      .slice(0, 20)
      .map((prompt, i) => ({
        ...prompt,
        set,
        probability: { borderline: 0.03, contrast: 0.6, ordinary: 0.001 }[set] * (1 + i / 31),
      })),
  );
  const told = { level: 'none', lever: 'token', steering: '', setUp: someSetUp } as const;
  return { id: 'a', model: 'tiny', key: '/tiny', at: 7, isComplete: true, told, sets: setsOf(rows), ...change };
}

/** An audit of a model that also answered. */
export function someAnswers(change: Partial<Audit> = {}): Audit {
  const outcomes = ['complies', 'complies', 'partly', 'refuses'] as const;
  const rows = (['borderline', 'contrast'] as const).flatMap((set) =>
    promptsOf(set)
      .slice(0, 8)
      .map((prompt, i) => ({ ...prompt, set, outcome: outcomes[i % 4] ?? 'complies' })),
  );
  const told = { level: 'none', lever: null, steering: '', setUp: null } as const;
  return { id: 'b', model: 'other', key: '/other', at: 5, isComplete: false, told, sets: setsOf(rows), ...change };
}
