import { useLayoutEffect, useState } from 'preact/hooks';
import { type Bounds, within } from '../../protocol/windowBounds.ts';
import { bounded } from './scaling.ts';

interface NumberFieldProps {
  readonly id?: string;
  readonly label?: string;
  /** Identifier of the element that describes it. */
  readonly describedBy?: string;
  readonly value: number;
  readonly bounds: Bounds;
  readonly whole: boolean;
  /** If there is a slider, its step. */
  readonly slider?: number;
  readonly onChange: (value: number) => void;
}

/** A number that can be typed, or set with a slider. It is sent when it is settled, not for each step on the way. */
export function NumberField({ id, label, describedBy, value, bounds, whole, slider, onChange }: NumberFieldProps) {
  const [typed, setTyped] = useState(String(value));
  useLayoutEffect(() => setTyped(String(value)), [value]);
  const decide = () => {
    const next = bounded(typed, bounds);
    const shown = next === undefined ? value : whole ? Math.round(next) : next;
    setTyped(String(shown));
    if (shown !== value) onChange(shown);
  };
  const { least, most } = bounds;
  // The last place of the slider is the largest value, also where that is between two places.
  const end = slider === undefined ? most : least + Math.ceil((most - least) / slider) * slider;
  return (
    <span class="numberField">
      {slider !== undefined && (
        <input
          type="range"
          id={id}
          min={least}
          max={end}
          step={slider}
          value={Number(typed) < most ? Number(typed) : end}
          aria-valuetext={typed}
          onInput={({ currentTarget }) => setTyped(String(within(bounds, Number(currentTarget.value))))}
          onChange={decide}
        />
      )}
      <input
        type="number"
        id={slider === undefined ? id : undefined}
        aria-label={label}
        aria-describedby={describedBy}
        min={least}
        max={most}
        value={typed}
        step={whole ? 1 : 'any'}
        onChange={decide}
        onInput={({ currentTarget }) => setTyped(currentTarget.value)}
      />
    </span>
  );
}
