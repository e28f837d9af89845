import { useEffect, useState } from 'preact/hooks';
import { bounded } from './scaling.ts';

interface NumberFieldProps {
  readonly id?: string;
  readonly label?: string;
  readonly value: number;
  readonly least: number;
  readonly most: number;
  readonly whole: boolean;
  /** Where there is a slider as well, the distance of its places. */
  readonly slider?: number;
  readonly onChange: (value: number) => void;
}

/** A number that can be typed, and drawn on a slider. It is told when it is decided, not for each step on the way. */
export function NumberField({ id, label, value, least, most, whole, slider, onChange }: NumberFieldProps) {
  const [typed, setTyped] = useState(String(value));
  useEffect(() => setTyped(String(value)), [value]);
  const decide = () => {
    const next = bounded(typed, least, most);
    const shown = next === undefined ? value : whole ? Math.round(next) : next;
    setTyped(String(shown));
    if (shown !== value) onChange(shown);
  };
  const shared = { min: least, max: most, value: typed, onChange: decide };
  return (
    <span class="numberField">
      {slider !== undefined && (
        <input
          type="range"
          id={id}
          {...shared}
          step={slider}
          value={Number(typed)}
          onInput={({ currentTarget }) => setTyped(currentTarget.value)}
        />
      )}
      <input
        type="number"
        id={slider === undefined ? id : undefined}
        aria-label={label}
        {...shared}
        step={whole ? 1 : 'any'}
        onInput={({ currentTarget }) => setTyped(currentTarget.value)}
      />
    </span>
  );
}
