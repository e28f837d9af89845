import type { ChatTextKey } from '../../protocol/chatTexts.ts';
import {
  OVERFLOW_POLICIES,
  type OverflowPolicy,
  SCALINGS,
  type Scaling,
  type WindowChange,
  type WindowControls,
} from '../../protocol/chatWindow.ts';
import {
  kindOfValue,
  reserveBounds,
  SMALLEST_WINDOW,
  sinksBounds,
  VALUE_BOUNDS,
  windowBounds,
} from '../../protocol/windowBounds.ts';
import { Button } from '../button.tsx';
import { usePanel } from '../panel.ts';
import { Select } from '../select.tsx';
import { Control } from './control.tsx';
import { NumberField } from './numberField.tsx';
import { withScaling } from './scaling.ts';

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

interface ControlsProps {
  readonly controls: WindowControls;
}

/** How the window is used. Changes apply from the next message on. */
export function Controls({ controls }: ControlsProps) {
  const { texts, send } = usePanel();
  const change = (changed: WindowChange) => send({ kind: 'controls', controls: changed });
  const { window, overflow, reserve } = controls;
  return (
    <div class="controls">
      <Control id="window" label={texts.window} note={texts.windowNote}>
        <NumberField
          id="window"
          label={texts.window}
          value={window}
          bounds={windowBounds(controls)}
          whole
          slider={SMALLEST_WINDOW}
          onChange={(value) => change({ window: value })}
        />
      </Control>
      <div class="control">
        <Button onPress={() => send({ kind: 'measure' })}>{texts.measure}</Button>
        <p class="note">{texts.measureNote}</p>
      </div>
      <ScalingControl controls={controls} onChange={change} />
      <Control id="overflow" label={texts.overflow} note={texts.overflowNote}>
        <Select
          id="overflow"
          options={OVERFLOW_POLICIES.map((policy) => [policy, texts[POLICY_NAMES[policy]]])}
          value={overflow}
          onChange={(policy) => change({ overflow: policy })}
        />
      </Control>
      <Control id="reserve" label={texts.reserve} note={texts.reserveNote}>
        <NumberField
          id="reserve"
          value={reserve}
          bounds={reserveBounds(controls)}
          whole
          onChange={(value) => change({ reserve: value })}
        />
      </Control>
      <SlidingControl controls={controls} onChange={change} />
      <div class="control row">
        <Button onPress={() => send({ kind: 'resetControls' })}>{texts.resetForModel}</Button>
      </div>
    </div>
  );
}

interface SlidingProps {
  readonly controls: WindowControls;
  readonly onChange: (changed: WindowChange) => void;
}

function SlidingControl({ controls, onChange }: SlidingProps) {
  const { texts } = usePanel();
  const { slides, sinks, canSlide } = controls;
  if (!canSlide) return <NotThere label={texts.slides} why={texts.slidesNot} />;
  return (
    <div class="control">
      <label class="check">
        <input type="checkbox" checked={slides} onChange={({ currentTarget }) => onChange({ slides: currentTarget.checked })} />
        {texts.slides}
      </label>
      {slides && (
        <div class="row">
          <label for="sinks">{texts.sinks}</label>
          <NumberField
            id="sinks"
            value={sinks}
            bounds={sinksBounds(controls)}
            whole
            onChange={(value) => onChange({ sinks: value })}
          />
        </div>
      )}
      <p class="note">{texts.slidesNote}</p>
    </div>
  );
}

/** A feature the model lacks, and why. */
function NotThere({ label, why }: { readonly label: string; readonly why: string }) {
  return (
    <div class="control">
      <p>{label}</p>
      <p class="note">{why}</p>
    </div>
  );
}

interface ScalingProps {
  readonly controls: WindowControls;
  readonly onChange: (changed: WindowChange) => void;
}

function ScalingControl({ controls, onChange }: ScalingProps) {
  const { texts } = usePanel();
  const { scaling, scalingValue, canScale } = controls;
  if (!canScale) return <NotThere label={texts.scaling} why={texts.scalingFixed} />;
  const kind = kindOfValue(scaling);
  return (
    <Control id="scaling" label={texts.scaling} note={texts.scalingNote}>
      <Select
        id="scaling"
        options={SCALINGS.map((each) => [each, texts[SCALING_NAMES[each]]])}
        value={scaling}
        onChange={(value) => onChange(withScaling(controls, value))}
      />
      {kind && (
        <NumberField
          label={texts[kind]}
          value={scalingValue}
          bounds={VALUE_BOUNDS[kind]}
          whole={false}
          onChange={(value) => onChange({ scalingValue: value })}
        />
      )}
    </Control>
  );
}
