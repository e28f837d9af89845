import { useLayoutEffect, useState } from 'preact/hooks';
import type { ShownBest } from '../../protocol/chatPreference.ts';
import {
  BALANCED,
  BY_ITSELF,
  type Driven,
  type RefusalChange,
  type RefusalSettings,
  type ShownRefusals,
} from '../../protocol/chatRefusals.ts';
import type { ChatTexts } from '../../protocol/chatTexts.ts';
import { fill } from '../../shared/fill.ts';
import { exactShare, rate, share } from '../../shared/format.ts';
import { Button } from '../button.tsx';
import { usePanel } from '../panel.ts';
import { PromptLevels } from './dialPrompts.tsx';
import { RefusedHere } from './dialRefused.tsx';
import { DIAL_ENDS, DIAL_STEP, isBeyond, placeOf, rounded, thresholdAt, wordOf } from './dialScale.ts';
import { LEVER_NAMES, Levers } from './levers.tsx';
import { bounded } from './scaling.ts';

/** Whether something is set that a reset would undo. */
export function isTuned({ threshold, level, own }: RefusalSettings): boolean {
  return threshold !== BY_ITSELF.threshold || level !== BY_ITSELF.level || own !== BY_ITSELF.own;
}

/** Nothing set; but the person's own words are kept: they are not told then. */
const { custom: _, ...UNTUNED } = BY_ITSELF;

/** What the open model refuses, and its system prompt. Changes apply from the next message on. */
export function Refusals({ refusals, best }: { readonly refusals: ShownRefusals; readonly best: ShownBest | null }) {
  const { texts, send } = usePanel();
  const { threshold, own, driven } = refusals;
  const change = (settings: RefusalChange) => send({ kind: 'refusals', settings });
  return (
    <div class="controls">
      {driven ? (
        <div class="control">
          <label class="check">
            <input
              type="checkbox"
              checked={threshold !== null}
              disabled={own !== null}
              onChange={({ currentTarget: { checked } }) => change({ threshold: checked ? BALANCED : null })}
            />
            {texts.dialUse}
          </label>
          {threshold !== null && own === null && (
            <Dial
              threshold={threshold}
              driven={driven}
              refused={refusals.refused}
              onChange={(value) => change({ threshold: value })}
            />
          )}
          <p class="note">
            {texts.dialNote} {fill(texts.leverNow, texts[LEVER_NAMES[driven.lever]])}
          </p>
        </div>
      ) : (
        <p class="note">{texts.dialNone}</p>
      )}
      <Target refusals={refusals} onChange={change} />
      <PromptLevels refusals={refusals} onChange={change} />
      <Levers refusals={refusals} best={best} onChange={change} />
      <ResetAll
        onPress={() => {
          change(UNTUNED);
          if (best && best.count > 1) send({ kind: 'best', count: 1 });
        }}
      />
    </div>
  );
}

function ResetAll({ onPress }: { readonly onPress: () => void }) {
  const { texts } = usePanel();
  return (
    <div class="control">
      <div class="row">
        <Button aria-describedby="dialResetNote" onPress={onPress}>
          {texts.resetForModel}
        </Button>
      </div>
      <p class="note" id="dialResetNote">
        {texts.dialResetNote}
      </p>
    </div>
  );
}

interface TargetProps {
  readonly refusals: ShownRefusals;
  readonly onChange: (changed: RefusalChange) => void;
}

/** The person's target of false refusals as a place of the dial, where an audit has found it; and the audit. */
function Target({ refusals: { target, threshold, own }, onChange }: TargetProps) {
  const { texts, send } = usePanel();
  return (
    <div class="control">
      <div class="row">
        {target && (
          <Button
            aria-describedby="targetNote"
            disabled={own === null && threshold === target.threshold}
            onPress={() => onChange({ threshold: target.threshold, own: null })}
          >
            {fill(texts.dialTarget, share(target.share), exactShare(target.threshold))}
          </Button>
        )}
        <Button aria-describedby="dialAuditNote" onPress={() => send({ kind: 'audit' })}>
          {texts.dialAudit}
        </Button>
      </div>
      {target && (
        <p class="note" id="targetNote">
          {texts.dialTargetNote}
        </p>
      )}
      <p class="note" id="dialAuditNote">
        {texts.dialAuditNote}
      </p>
    </div>
  );
}

interface DialProps {
  readonly threshold: number;
  readonly driven: Driven;
  readonly refused: ShownRefusals['refused'];
  readonly onChange: (threshold: number) => void;
}

/** The threshold as a slider from strict to permissive, and as a number. It is sent when it is settled, not for each step on the way. */
function Dial({ threshold, driven, refused, onChange }: DialProps) {
  const { texts } = usePanel();
  const [drawn, setDrawn] = useState(threshold);
  const [typed, setTyped] = useState(written(threshold));
  const end = DIAL_ENDS[driven.lever];
  const show = (value: number) => {
    setDrawn(value);
    setTyped(written(value));
  };
  useLayoutEffect(() => show(threshold), [threshold]);
  const decide = (value: number | undefined) => {
    const next = value === undefined ? threshold : rounded(value);
    show(next);
    if (next !== threshold) onChange(next);
  };
  const words =
    drawn === threshold || driven.lever === 'token' ? inWords(drawn, driven, texts) : texts[wordOf(drawn, driven.lever)];
  return (
    <>
      <span class="numberField">
        <span class="dialSlider">
          <input
            type="range"
            aria-label={texts.dial}
            aria-valuetext={words}
            min={-end}
            max={end}
            step={DIAL_STEP}
            value={placeOf(drawn, driven.lever)}
            onInput={({ currentTarget: { value } }) => show(thresholdAt(Number(value), driven.lever))}
            onChange={({ currentTarget: { value } }) => decide(thresholdAt(Number(value), driven.lever))}
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
          aria-describedby={isBeyond(drawn, driven.lever) ? 'dialBeyond' : undefined}
          min={0}
          max={1}
          step="any"
          value={typed}
          onInput={({ currentTarget }) => setTyped(currentTarget.value)}
          onChange={() => decide(bounded(typed, { least: 0, most: 1 }))}
        />
      </span>
      <p class="note" aria-hidden="true">
        {words}
      </p>
      {isBeyond(drawn, driven.lever) && <Beyond />}
      <RefusedHere refused={refused} isDecided={drawn === threshold} />
    </>
  );
}

/** What a threshold costs that is stricter than the slider goes. */
function Beyond() {
  const { texts } = usePanel();
  return (
    <p class="note" id="dialBeyond">
      {texts.dialBeyond}
    </p>
  );
}

/** A threshold of an audit has more digits than anybody reads. */
function written(threshold: number): string {
  return String(Number(threshold.toPrecision(5)));
}

/** The dial's place, and what it means for its lever, which for a direction and for words is known only once the place is settled. */
function inWords(threshold: number, driven: Driven, texts: ChatTexts): string {
  const word = texts[wordOf(threshold, driven.lever)];
  switch (driven.lever) {
    case 'token':
      return fill(texts.dialAt, word, exactShare(threshold));
    case 'direction':
      return driven.coefficient < 0
        ? fill(texts.drivenSubtract, word, exactShare(-driven.coefficient))
        : fill(texts.drivenAdd, word, exactShare(driven.coefficient));
    case 'opening':
      return fill(texts.drivenBias, word, rate(driven.bias));
  }
}
