import { useLayoutEffect, useState } from 'preact/hooks';
import type { ChatView } from '../../protocol/chat.ts';
import { CONSTRAINTS, PIN_MODES, type PinChange, type PinMode } from '../../protocol/chatPins.ts';
import type { ChatTextKey } from '../../protocol/chatTexts.ts';
import { Button } from '../button.tsx';
import { usePanel } from '../panel.ts';
import { CONSTRAINT_NAMES } from './constraints.ts';

const MODES: Readonly<Record<PinMode, ChatTextKey>> = { off: 'pinOff', first: 'pinFirst', every: 'pinEvery' };

/** An instruction for the whole conversation, in the person's own words and from the rules that are checked. */
export function Pin({ pinned }: { readonly pinned: ChatView['pinned'] }) {
  const { texts, send } = usePanel();
  const [text, setText] = useState(pinned.text);
  useLayoutEffect(() => setText(pinned.text), [pinned.text]);
  const change = (pin: PinChange) => send({ kind: 'pin', pinned: pin });
  const written = () => {
    if (text !== pinned.text) change({ text });
  };
  return (
    <div class="controls">
      <div class="control">
        <textarea
          rows={2}
          dir="auto"
          aria-label={texts.pin}
          placeholder={texts.pinText}
          value={text}
          onInput={({ currentTarget }) => setText(currentTarget.value)}
          onChange={written}
        />
        <fieldset>
          <legend>{texts.pinConstraints}</legend>
          {CONSTRAINTS.map((constraint) => (
            <Button
              key={constraint}
              class="toggle"
              aria-pressed={pinned.constraints.includes(constraint)}
              onPress={() => change({ constraints: { [constraint]: !pinned.constraints.includes(constraint) } })}
            >
              {texts[CONSTRAINT_NAMES[constraint]]}
            </Button>
          ))}
        </fieldset>
        <fieldset>
          <legend>{texts.pinMode}</legend>
          {PIN_MODES.map((each) => (
            <label key={each} class="check">
              <input type="radio" name="pinMode" checked={pinned.mode === each} onChange={() => change({ mode: each })} />
              {texts[MODES[each]]}
            </label>
          ))}
        </fieldset>
        <p class="note">{texts.pinNote}</p>
      </div>
      <div class="control">
        <Button onPress={() => send({ kind: 'measure' })}>{texts.pinTest}</Button>
        <p class="note">{texts.pinTestNote}</p>
      </div>
    </div>
  );
}
