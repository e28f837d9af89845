import type { ComponentChildren } from 'preact';
import type { ChatTextKey } from '../../protocol/chatTexts.ts';
import {
  type Gauge,
  OVERFLOW_POLICIES,
  type OverflowPolicy,
  SCALINGS,
  type Scaling,
  type WindowControls,
} from '../../protocol/chatWindow.ts';
import { usePanel } from '../panel.ts';
import { NumberField } from './numberField.tsx';
import { kindOfValue, LEAST_WINDOW, WINDOW_STEP, withScaling } from './scaling.ts';

const SCALING_NAMES: Readonly<Record<Scaling, ChatTextKey>> = {
  own: 'scalingOwn',
  none: 'scalingNone',
  linear: 'scalingLinear',
  base: 'scalingBase',
  ntk: 'scalingNtk',
  yarn: 'scalingYarn',
  dynamic: 'scalingDynamic',
};
const POLICY_NAMES: Readonly<Record<OverflowPolicy, ChatTextKey>> = {
  oldest: 'overflowOldest',
  middle: 'overflowMiddle',
  left: 'overflowLeft',
  summary: 'overflowSummary',
};
const LARGEST_FACTOR = 1_024;
const LARGEST_BASE = 1e9;

interface ControlsProps {
  readonly controls: WindowControls;
  readonly gauge: Gauge | null;
}

/** How the window is used. What is changed here holds for the next message. */
export function Controls({ controls, gauge }: ControlsProps) {
  const { texts, send } = usePanel();
  const change = (changed: Partial<WindowControls>) => send({ kind: 'controls', controls: { ...controls, ...changed } });
  const { window, largestWindow, overflow, reserve, slides } = controls;
  return (
    <div class="controls">
      <Control id="window" label={texts.window} note={texts.windowNote}>
        <NumberField
          id="window"
          label={texts.window}
          value={window}
          least={Math.min(LEAST_WINDOW, largestWindow)}
          most={largestWindow}
          whole
          slider={WINDOW_STEP}
          onChange={(value) => change({ window: value })}
        />
      </Control>
      <div class="control">
        <button type="button" class="secondary" onClick={() => send({ kind: 'measure' })}>
          {texts.measure}
        </button>
        <p class="note">{texts.measureNote}</p>
      </div>
      <ScalingControl controls={controls} trained={gauge?.trained ?? window} onChange={change} />
      <Control id="overflow" label={texts.overflow} note={texts.overflowNote}>
        <select
          id="overflow"
          value={overflow}
          onChange={({ currentTarget: { value } }) => change({ overflow: pick(OVERFLOW_POLICIES, value, overflow) })}
        >
          {OVERFLOW_POLICIES.map((policy) => (
            <option key={policy} value={policy}>
              {texts[POLICY_NAMES[policy]]}
            </option>
          ))}
        </select>
      </Control>
      <Control id="reserve" label={texts.reserve} note={texts.reserveNote}>
        <NumberField
          id="reserve"
          value={reserve}
          least={1}
          most={window}
          whole
          onChange={(value) => change({ reserve: value })}
        />
      </Control>
      <div class="control">
        <label class="check">
          <input type="checkbox" checked={slides} onChange={({ currentTarget }) => change({ slides: currentTarget.checked })} />
          {texts.slides}
        </label>
        <p class="note">{texts.slidesNote}</p>
      </div>
    </div>
  );
}

interface ScalingProps {
  readonly controls: WindowControls;
  readonly trained: number;
  readonly onChange: (changed: WindowControls) => void;
}

function ScalingControl({ controls, trained, onChange }: ScalingProps) {
  const { texts } = usePanel();
  const { scaling, scalingValue } = controls;
  const kind = kindOfValue(scaling);
  return (
    <Control id="scaling" label={texts.scaling} note={texts.scalingNote}>
      <select
        id="scaling"
        value={scaling}
        onChange={({ currentTarget: { value } }) => onChange(withScaling(controls, pick(SCALINGS, value, scaling), trained))}
      >
        {SCALINGS.map((each) => (
          <option key={each} value={each}>
            {texts[SCALING_NAMES[each]]}
          </option>
        ))}
      </select>
      {kind && (
        <NumberField
          label={texts[kind]}
          value={scalingValue}
          least={1}
          most={kind === 'base' ? LARGEST_BASE : LARGEST_FACTOR}
          whole={false}
          onChange={(value) => onChange({ ...controls, scalingValue: value })}
        />
      )}
    </Control>
  );
}

interface ControlProps {
  /** Of the element that the label is for. */
  readonly id: string;
  readonly label: string;
  readonly note: string;
  readonly children: ComponentChildren;
}

function Control({ id, label, note, children }: ControlProps) {
  return (
    <div class="control">
      <label for={id}>{label}</label>
      <div class="row">{children}</div>
      <p class="note">{note}</p>
    </div>
  );
}

function pick<T extends string>(all: readonly T[], value: string, otherwise: T): T {
  return all.find((each) => each === value) ?? otherwise;
}
