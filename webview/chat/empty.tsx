import type { ChatTextKey } from '../protocol/chatTexts.ts';
import { Button } from './button.tsx';
import { usePanel } from './panel.ts';

/** Questions to start with; those about selected code use a command, which attaches the selection. */
const EXAMPLES: readonly (readonly [key: ChatTextKey, command?: string])[] = [
  ['example1', '/explain'],
  ['example2'],
  ['example3'],
];

/** Shown as long as there is no message. @param onExample puts a question into the field */
export function Empty({ onExample }: { readonly onExample: (text: string) => void }) {
  const { texts } = usePanel();
  return (
    <div class="empty">
      <h2>{texts.emptyTitle}</h2>
      <p class="note">{texts.emptyText}</p>
      <ul>
        {EXAMPLES.map(([key, command]) => (
          <li key={key}>
            <Button block onPress={() => onExample(command ?? texts[key])}>
              {texts[key]}
            </Button>
          </li>
        ))}
      </ul>
    </div>
  );
}
