import { useEffect, useState } from 'preact/hooks';
import { type ChatTextKey, type ChatView, PIN_MODES, type PinMode } from '../../protocol/chat.ts';
import { usePanel } from '../panel.ts';

const MODES: Readonly<Record<PinMode, ChatTextKey>> = { off: 'pinOff', first: 'pinFirst', every: 'pinEvery' };

/** An instruction for the whole conversation. */
export function Pin({ pinned }: { readonly pinned: ChatView['pinned'] }) {
  const { texts, send } = usePanel();
  const [text, setText] = useState(pinned.text);
  useEffect(() => setText(pinned.text), [pinned.text]);
  const decide = (mode: PinMode) => {
    if (text !== pinned.text || mode !== pinned.mode) send({ kind: 'pin', text, mode });
  };
  // An instruction that was just written is meant to be sent.
  const written = () => decide(pinned.mode === 'off' && pinned.text === '' && text !== '' ? 'every' : pinned.mode);
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
          <legend>{texts.pinMode}</legend>
          {PIN_MODES.map((mode) => (
            <label key={mode} class="check">
              <input type="radio" name="pinMode" checked={pinned.mode === mode} onChange={() => decide(mode)} />
              {texts[MODES[mode]]}
            </label>
          ))}
        </fieldset>
        <p class="note">{texts.pinNote}</p>
      </div>
    </div>
  );
}
