import type { ShownBest } from '../../protocol/chatPreference.ts';
import {
  BALANCED,
  type Lever,
  type LeverState,
  MOST_BIAS,
  MOST_COEFFICIENT,
  type OwnLevers,
  type RefusalChange,
  type ShownRefusals,
  STEERING_MODES,
  type SteeringMode,
} from '../../protocol/chatRefusals.ts';
import type { ChatTextKey } from '../../protocol/chatTexts.ts';
import { usePanel } from '../panel.ts';
import { Select } from '../select.tsx';
import { BestLever, BestState } from './bestLever.tsx';
import { Control } from './control.tsx';
import { isBeyond, rounded } from './dialScale.ts';
import { Directions } from './directions.tsx';
import { NumberField } from './numberField.tsx';
import { Reset } from './reset.tsx';

export const LEVER_NAMES: Readonly<Record<Lever, ChatTextKey>> = {
  token: 'leverToken',
  direction: 'leverDirection',
  opening: 'leverOpening',
};
const NOTES: Readonly<Record<Lever, ChatTextKey>> = {
  token: 'leverTokenNote',
  direction: 'leverDirectionNote',
  opening: 'leverOpeningNote',
};
/** Why a lever is not there. */
const REASONS: Readonly<Record<Exclude<LeverState, 'ready'>, ChatTextKey>> = {
  noTokens: 'noTokens',
  ownGraph: 'ownGraph',
  noDirection: 'noDirection',
  decides: 'leverDecides',
  noOpenings: 'noOpenings',
};
const MODES: Readonly<Record<SteeringMode, ChatTextKey>> = { add: 'modeAdd', project: 'modeProject' };

interface LeversProps {
  readonly refusals: ShownRefusals;
  readonly best: ShownBest | null;
  readonly onChange: (changed: RefusalChange) => void;
}

/** All levers with what they do, which are available and why others are not; each with its own value, if levers are set individually. */
export function Levers({ refusals, best, onChange }: LeversProps) {
  const { texts } = usePanel();
  const { own, levers, driven } = refusals;
  const set = (changed: Partial<OwnLevers>) => onChange({ own: changed });
  return (
    <details class="levers">
      <summary class={own ? 'on' : ''}>{texts.levers}</summary>
      <label class="check">
        <input
          type="checkbox"
          checked={own !== null}
          disabled={driven === null}
          onChange={({ currentTarget: { checked } }) => onChange({ own: checked ? ownFrom(refusals) : null })}
        />
        {texts.ownUse}
      </label>
      <p class="note">{own ? `${texts.ownNote} ${texts.leversNote}` : texts.leversNote}</p>
      <ul>
        {levers.map(({ lever, state }) => (
          <li key={lever}>
            <strong>{capital(texts[LEVER_NAMES[lever]])}</strong>{' '}
            {state === 'ready' && (
              <span class="note">({own === null && driven?.lever === lever ? texts.leverDriven : texts.leverReady})</span>
            )}
            <p class="note">{texts[NOTES[lever]]}</p>
            {state !== 'ready' && <p>{texts[REASONS[state]]}</p>}
            {own && state === 'ready' && <OwnValue lever={lever} own={own} onChange={set} />}
            {lever === 'direction' && state !== 'ownGraph' && <Directions refusals={refusals} onChange={onChange} />}
          </li>
        ))}
        <li>
          <strong>{capital(texts.leverBest)}</strong> <BestState best={best} />
          <p class="note">{texts.leverBestNote}</p>
          <BestLever best={best} />
        </li>
      </ul>
    </details>
  );
}

interface OwnValueProps {
  readonly lever: Lever;
  readonly own: OwnLevers;
  readonly onChange: (changed: Partial<OwnLevers>) => void;
}

function OwnValue({ lever, own, onChange }: OwnValueProps) {
  const { texts } = usePanel();
  if (lever === 'token') {
    const change = (value: number) => onChange({ threshold: rounded(value) });
    const note = isBeyond(own.threshold ?? BALANCED, lever) ? { note: texts.dialBeyond } : {};
    return (
      <Control label={texts.ownThreshold} id="ownThreshold" {...note}>
        <NumberField
          id="ownThreshold"
          value={own.threshold ?? BALANCED}
          bounds={{ least: 0, most: 1 }}
          whole={false}
          onChange={change}
        />
        <Reset of="ownThreshold" isUsed={own.threshold !== null} onReset={() => onChange({ threshold: null })} />
      </Control>
    );
  }
  if (lever === 'opening') {
    return <OwnNumber id="ownBias" value={own.bias} most={MOST_BIAS} onChange={(bias) => onChange({ bias })} />;
  }
  return (
    <>
      <Control label={texts.ownMode} id="ownMode">
        <Select
          id="ownMode"
          options={STEERING_MODES.map((mode) => [mode, texts[MODES[mode]]])}
          value={own.mode}
          onChange={(mode) => onChange({ mode })}
        />
        <Reset of="ownMode" isUsed={own.mode !== 'add'} onReset={() => onChange({ mode: 'add' })} />
      </Control>
      <OwnNumber
        id="ownCoefficient"
        value={own.coefficient}
        most={MOST_COEFFICIENT}
        onChange={(coefficient) => onChange({ coefficient })}
      />
    </>
  );
}

interface OwnNumberProps {
  /** Also the name of its label in the texts. */
  readonly id: 'ownBias' | 'ownCoefficient';
  readonly value: number;
  /** Either way. */
  readonly most: number;
  readonly onChange: (value: number) => void;
}

/** A signed number that does nothing at 0. */
function OwnNumber({ id, value, most, onChange }: OwnNumberProps) {
  const { texts } = usePanel();
  return (
    <Control label={texts[id]} id={id}>
      <NumberField id={id} value={value} bounds={{ least: -most, most }} whole={false} onChange={onChange} />
      <Reset of={id} isUsed={value !== 0} onReset={() => onChange(0)} />
    </Control>
  );
}

/** The dial's present effect as values of the levers, so that setting them individually starts from there. */
function ownFrom({ threshold, driven }: ShownRefusals): OwnLevers {
  const none: OwnLevers = { threshold: null, mode: 'add', coefficient: 0, bias: 0 };
  if (threshold === null || driven === null) return none;
  switch (driven.lever) {
    case 'token':
      return { ...none, threshold };
    case 'direction':
      return { ...none, coefficient: driven.coefficient };
    case 'opening':
      return { ...none, bias: driven.bias };
  }
}

function capital(text: string): string {
  return text.charAt(0).toLocaleUpperCase() + text.slice(1);
}
