import type { ComponentChildren } from 'preact';

interface ControlProps {
  /** Of the element that the label is for. */
  readonly id: string;
  readonly label: string;
  readonly note?: string;
  readonly children: ComponentChildren;
}

/** A form control below its label. */
export function Control({ id, label, note, children }: ControlProps) {
  return (
    <div class="control">
      <label for={id}>{label}</label>
      <div class="row">{children}</div>
      {note !== undefined && <p class="note">{note}</p>}
    </div>
  );
}
