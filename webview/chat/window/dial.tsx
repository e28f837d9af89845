import { useEffect, useState } from 'preact/hooks';
import { BALANCED, BY_ITSELF, type RefusalSettings, type ShownRefusals } from '../../protocol/chatRefusals.ts';
import { fill } from '../../shared/fill.ts';
import { exactShare } from '../../shared/format.ts';
import { usePanel } from '../panel.ts';
import { PromptLevels } from './dialPrompts.tsx';
import { DIAL_ENDS, DIAL_STEP, placeOf, rounded, thresholdAt, wordOf } from './dialScale.ts';
import { bounded } from './scaling.ts';

/** Whether something is set that a reset would undo. */
export function isTuned({ threshold, level }: RefusalSettings): boolean {
  return threshold !== BY_ITSELF.threshold || level !== BY_ITSELF.level;
}

/** What the open model refuses, and what it is told before all else. What is changed here holds for the next message. */
export function Refusals({ refusals }: { readonly refusals: ShownRefusals }) {
  const { texts, send } = usePanel();
  const { threshold, level, custom, canDial } = refusals;
  const change = (changed: Partial<RefusalSettings>) =>
    send({ kind: 'refusals', settings: { threshold, level, custom, ...changed } });
  return (
    <div class="controls">
      {canDial ? (
        <div class="control">
          <label class="check">
            <input
              type="checkbox"
              checked={threshold !== null}
              onChange={({ currentTarget: { checked } }) => change({ threshold: checked ? BALANCED : null })}
            />
            {texts.dialUse}
          </label>
          {threshold !== null && <Dial threshold={threshold} onChange={(value) => change({ threshold: value })} />}
          <p class="note">{texts.dialNote}</p>
        </div>
      ) : (
        <p class="note">{texts.dialNone}</p>
      )}
      <PromptLevels refusals={refusals} onChange={change} />
      <div class="control row">
        <button
          type="button"
          class="secondary"
          // The person's own words are kept: they are not told then.
          onClick={() => change({ threshold: BY_ITSELF.threshold, level: BY_ITSELF.level })}
        >
          {texts.dialReset}
        </button>
      </div>
    </div>
  );
}

interface DialProps {
  readonly threshold: number;
  readonly onChange: (threshold: number) => void;
}

/** The threshold as a slider from strict to permissive, and as a number. It is told when it is decided, not for each step on the way. */
function Dial({ threshold, onChange }: DialProps) {
  const { texts } = usePanel();
  const [drawn, setDrawn] = useState(threshold);
  const [typed, setTyped] = useState(String(threshold));
  const show = (value: number) => {
    setDrawn(value);
    setTyped(String(value));
  };
  useEffect(() => show(threshold), [threshold]);
  const decide = (value: number | undefined) => {
    const next = value === undefined ? threshold : rounded(value);
    show(next);
    if (next !== threshold) onChange(next);
  };
  const words = fill(texts.dialAt, texts[wordOf(drawn)], exactShare(drawn));
  return (
    <>
      <span class="numberField">
        <span class="dialSlider">
          <input
            type="range"
            aria-label={texts.dial}
            aria-valuetext={words}
            min={-DIAL_ENDS}
            max={DIAL_ENDS}
            step={DIAL_STEP}
            value={placeOf(drawn)}
            onInput={({ currentTarget: { value } }) => show(thresholdAt(Number(value)))}
            onChange={({ currentTarget: { value } }) => decide(thresholdAt(Number(value)))}
          />
          <span class="note dialEnds" aria-hidden="true">
            {[texts.dialStrict, texts.dialBalanced, texts.dialPermissive].map((word) => (
              <span key={word}>{word}</span>
            ))}
          </span>
        </span>
        <input
          type="number"
          aria-label={texts.dialThreshold}
          min={0}
          max={1}
          step="any"
          value={typed}
          onInput={({ currentTarget }) => setTyped(currentTarget.value)}
          onChange={() => decide(bounded(typed, 0, 1))}
        />
      </span>
      <p class="note" aria-hidden="true">
        {words}
      </p>
    </>
  );
}
