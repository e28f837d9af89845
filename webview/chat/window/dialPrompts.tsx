import { useLayoutEffect, useState } from 'preact/hooks';
import { PROMPT_LEVELS, type PromptLevel, type RefusalChange, type ShownRefusals } from '../../protocol/chatRefusals.ts';
import type { ChatTextKey } from '../../protocol/chatTexts.ts';
import { usePanel } from '../panel.ts';

const LEVELS: Readonly<Record<PromptLevel, ChatTextKey>> = {
  none: 'promptNone',
  brief: 'promptBrief',
  cautious: 'promptCautious',
  custom: 'promptCustom',
};

interface PromptLevelsProps {
  readonly refusals: ShownRefusals;
  readonly onChange: (changed: RefusalChange) => void;
}

/** The system prompts; each text can be read before it is chosen. */
export function PromptLevels({ refusals, onChange }: PromptLevelsProps) {
  const { texts } = usePanel();
  const { level, custom, prompts } = refusals;
  const [text, setText] = useState(custom);
  useLayoutEffect(() => setText(custom), [custom]);
  return (
    <div class="control">
      <fieldset class="prompts">
        <legend>{texts.prompt}</legend>
        {PROMPT_LEVELS.map((each) => (
          <div key={each}>
            <label class="check">
              <input type="radio" name="promptLevel" checked={level === each} onChange={() => onChange({ level: each })} />
              {texts[LEVELS[each]]}
            </label>
            {(each === 'brief' || each === 'cautious') && (
              <p class="note" lang="en" dir="ltr">
                {prompts[each]}
              </p>
            )}
          </div>
        ))}
      </fieldset>
      {level === 'custom' && (
        <textarea
          rows={3}
          dir="auto"
          aria-label={texts.promptText}
          placeholder={texts.promptText}
          value={text}
          onInput={({ currentTarget }) => setText(currentTarget.value)}
          onChange={() => text !== custom && onChange({ custom: text })}
        />
      )}
      <p class="note">{texts.promptNote}</p>
    </div>
  );
}
