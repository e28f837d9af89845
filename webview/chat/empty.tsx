import { Button } from './button.tsx';
import { usePanel } from './panel.ts';

/** What stands where no message is yet. @param onExample puts a question into the field */
export function Empty({ onExample }: { readonly onExample: (text: string) => void }) {
  const { texts } = usePanel();
  return (
    <div class="empty">
      <h2>{texts.emptyTitle}</h2>
      <p class="note">{texts.emptyText}</p>
      <ul>
        {[texts.example1, texts.example2, texts.example3].map((example) => (
          <li key={example}>
            <Button block onPress={() => onExample(example)}>
              {example}
            </Button>
          </li>
        ))}
      </ul>
    </div>
  );
}
