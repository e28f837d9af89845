import type { DirectionAct } from '../../protocol/chatIntents.ts';
import type { RefusalChange, ShownRefusals } from '../../protocol/chatRefusals.ts';
import { Button } from '../button.tsx';
import { usePanel } from '../panel.ts';
import { Select } from '../select.tsx';
import { Control } from './control.tsx';
import { Reset } from './reset.tsx';

interface DirectionsProps {
  readonly refusals: ShownRefusals;
  readonly onChange: (changed: RefusalChange) => void;
}

/** The directions that are stored for the model: which one is used, and what can be done with them. */
export function Directions({ refusals: { directions, direction }, onChange }: DirectionsProps) {
  const { texts, send } = usePanel();
  const act = (kind: DirectionAct, label: string, path: string) => (
    <Button onPress={() => send({ kind: 'direction', act: kind, path })}>{label}</Button>
  );
  return (
    <>
      {directions.length > 0 && (
        <Control id="direction" label={texts.direction}>
          <Select
            id="direction"
            options={directions.map(({ path, name }) => [path, name])}
            value={direction}
            onChange={(path) => onChange({ direction: path })}
          />
          <Reset of="direction" isUsed={direction !== directions[0]?.path} onReset={() => onChange({ direction: '' })} />
          {act('export', texts.directionExport, direction)}
          {act('rename', texts.directionRename, direction)}
          {act('remove', texts.directionRemove, direction)}
        </Control>
      )}
      <div class="control">
        <div class="row">
          {act('find', texts.directionFind, '')}
          {act('import', texts.directionImport, '')}
        </div>
        <p class="note">{texts.directionNote}</p>
      </div>
    </>
  );
}
