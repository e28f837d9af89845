interface SelectProps<Value extends string> {
  /** For its label. */
  readonly id: string;
  /** Each with its name. */
  readonly options: readonly (readonly [value: Value, name: string])[];
  readonly value: Value;
  readonly onChange: (value: Value) => void;
}

/** One of several. */
export function Select<Value extends string>({ id, options, value, onChange }: SelectProps<Value>) {
  const choose = (chosen: string) => onChange(options.find(([each]) => each === chosen)?.[0] ?? value);
  return (
    <select id={id} value={value} onChange={({ currentTarget }) => choose(currentTarget.value)}>
      {options.map(([each, name]) => (
        <option key={each} value={each}>
          {name}
        </option>
      ))}
    </select>
  );
}
