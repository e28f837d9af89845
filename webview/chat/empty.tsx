import type { ChatTextKey } from '../protocol/chatTexts.ts';
import { Button } from './button.tsx';
import { usePanel } from './panel.ts';

/** Questions to begin with; what is about selected code is asked by a command, with which the selection goes. */
const EXAMPLES: readonly (readonly [key: ChatTextKey, command?: string])[] = [
  ['example1', '/explain'],
  ['example2'],
  ['example3'],
];

/** What stands where no message is yet. @param onExample puts a question into the field */
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
