import type { RefusalSettings, ShownRefusals } from '../../protocol/chatRefusals.ts';
import { usePanel } from '../panel.ts';

interface DirectionsProps {
  readonly refusals: ShownRefusals;
  readonly onChange: (changed: Partial<RefusalSettings>) => void;
}

/** The directions that are stored for the model: which one is used, and what can be done with them. */
export function Directions({ refusals: { directions, direction }, onChange }: DirectionsProps) {
  const { texts, send } = usePanel();
  const act = (kind: 'find' | 'import' | 'export' | 'remove', label: string, path: string) => (
    <button type="button" class="secondary" onClick={() => send({ kind: 'direction', act: kind, path })}>
      {label}
    </button>
  );
  return (
    <>
      {directions.length > 0 && (
        <div class="control">
          <label for="direction">{texts.direction}</label>
          <div class="row">
            <select id="direction" value={direction} onChange={({ currentTarget: { value } }) => onChange({ direction: value })}>
              {directions.map(({ path, name }) => (
                <option key={path} value={path}>
                  {name}
                </option>
              ))}
            </select>
            {act('export', texts.directionExport, direction)}
            {act('remove', texts.directionRemove, direction)}
          </div>
        </div>
      )}
      <div class="control">
        <div class="row">
          {act('find', texts.directionFind, '')}
          {act('import', texts.directionImport, '')}
        </div>
      </div>
    </>
  );
}
