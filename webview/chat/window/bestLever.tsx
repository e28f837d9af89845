import { CANDIDATE_COUNTS, type ShownBest } from '../../protocol/chatPreference.ts';
import { fill } from '../../shared/fill.ts';
import { number } from '../../shared/format.ts';
import { usePanel } from '../panel.ts';
import { Select } from '../select.tsx';
import { Control } from './control.tsx';

/**
 * The lever that the dial cannot drive: the number of answers the best is chosen from. @param best null where there are no heads to
 * choose by
 */
export function BestLever({ best }: { readonly best: ShownBest | null }) {
  const { texts, send } = usePanel();
  if (!best) return <p>{texts.noHeads}</p>;
  const { count, most, reason } = best;
  const counts = CANDIDATE_COUNTS.filter((each) => each <= most);
  const choose = (chosen: string) => {
    const found = counts.find((each) => String(each) === chosen);
    if (found !== undefined) send({ kind: 'best', count: found });
  };
  return (
    <>
      {reason !== '' && <p>{reason}</p>}
      <Control label={texts.bestCount} id="leverBest">
        <Select
          id="leverBest"
          options={counts.map((each) => [String(each), number(each)])}
          value={String(count)}
          onChange={choose}
        />
      </Control>
    </>
  );
}

/** Whether it is used, beside its name; nothing where it is not there. */
export function BestState({ best }: { readonly best: ShownBest | null }) {
  const { texts } = usePanel();
  if (!best) return null;
  return <span class="note">({best.count > 1 ? fill(texts.leverBestDrawn, number(best.count)) : texts.leverReady})</span>;
}
