import type { SilenceRecord } from './silence.ts';

/** Silences in a row for the same reason in the same language. */
export interface SilenceGroup {
  readonly latest: SilenceRecord;
  readonly count: number;
}

/** One entry for each run of like silences, so that a sentence typed in one go does not fill the list. */
export function groupSilences(records: readonly SilenceRecord[]): SilenceGroup[] {
  const groups: SilenceGroup[] = [];
  for (const record of records) {
    const last = groups.at(-1);
    const isLike = last?.latest.silence === record.silence && last.latest.languageId === record.languageId;
    if (last && isLike) groups[groups.length - 1] = { latest: last.latest, count: last.count + 1 };
    else groups.push({ latest: record, count: 1 });
  }
  return groups;
}
