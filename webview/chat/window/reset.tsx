import { Button } from '../button.tsx';
import { usePanel } from '../panel.ts';

interface ResetProps {
  /** The control, by its label in the texts; its element has the same name. */
  readonly of: 'ownThreshold' | 'ownMode' | 'ownCoefficient' | 'ownBias' | 'direction';
  /** Whether something else is set than it begins with. */
  readonly isUsed: boolean;
  readonly onReset: () => void;
}

/** Sets a control back to where it began; there only where that changes something. */
export function Reset({ of, isUsed, onReset }: ResetProps) {
  const { texts } = usePanel();
  if (!isUsed) return null;
  const reset = () => {
    onReset();
    // The button goes; whoever uses keys stays with what it is beside.
    document.getElementById(of)?.focus();
  };
  return (
    <Button aria-label={`${texts.leverReset}: ${texts[of]}`} onPress={reset}>
      {texts.leverReset}
    </Button>
  );
}
