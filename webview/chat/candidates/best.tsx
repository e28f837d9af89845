import { CANDIDATE_COUNTS, type ShownBest } from '../../protocol/chatPreference.ts';
import { fill } from '../../shared/fill.ts';
import { number } from '../../shared/format.ts';
import { Button } from '../button.tsx';
import { usePanel } from '../panel.ts';

/** How many answers are generated for a question, what that costs, and why not more. */
export function Best({ best }: { readonly best: ShownBest }) {
  const { texts, send } = usePanel();
  const { count, most, reason, divergence } = best;
  return (
    <div class="controls">
      <div class="control">
        <fieldset class="counts" aria-describedby="best-cost">
          <legend>{texts.bestCount}</legend>
          {CANDIDATE_COUNTS.map((each) => (
            <label key={each} class="check">
              <input
                type="radio"
                name="best"
                checked={count === each}
                disabled={each > most}
                onChange={() => send({ kind: 'best', count: each })}
              />
              {number(each)}
            </label>
          ))}
        </fieldset>
        <p class="note" id="best-cost">
          {count === 1 ? texts.bestOff : fill(texts.bestCost, number(count), number(count), divergence.toFixed(2))}
        </p>
        {reason !== '' && <p class="note">{reason}</p>}
        <p class="note">{texts.bestNote}</p>
      </div>
      <div class="control">
        <div class="row">
          {count > 1 && <Button onPress={() => send({ kind: 'best', count: 1 })}>{texts.resetForModel}</Button>}
          <Button aria-describedby="preferencesNote" onPress={() => send({ kind: 'preferences' })}>
            {texts.preferences}
          </Button>
        </div>
        <p class="note" id="preferencesNote">
          {texts.preferencesNote}
        </p>
      </div>
    </div>
  );
}
