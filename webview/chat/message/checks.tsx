import type { Check } from '../../protocol/chatPins.ts';
import { fill } from '../../shared/fill.ts';
import { Icon } from '../iconButton.tsx';
import { usePanel } from '../panel.ts';
import { CONSTRAINT_NAMES } from '../window/constraints.ts';

/** Whether an answer follows what is pinned. */
export function Checks({ checks }: { readonly checks: readonly Check[] }) {
  const { texts } = usePanel();
  if (checks.length === 0) return null;
  return (
    <ul class="chips checks" aria-label={texts.pinConstraints}>
      {checks.map(({ constraint, kept }) => {
        const name = texts[CONSTRAINT_NAMES[constraint]];
        const said = fill(kept ? texts.checkKept : texts.checkBroken, name);
        return (
          <li key={constraint} class={kept ? 'kept' : 'broken'} title={said}>
            <Icon name={kept ? 'check' : 'close'} />
            <span class="unseen">{said}</span>
            <span aria-hidden="true">{name}</span>
          </li>
        );
      })}
    </ul>
  );
}
