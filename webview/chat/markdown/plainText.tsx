import { fill } from '../../shared/fill.ts';
import { usePanel } from '../panel.ts';
import { splitInvisible } from './invisible.ts';
import { MARK } from './places.ts';

/** Text in which nothing hides: characters that do not show are drawn as a mark with their name. */
export function PlainText({ text, where }: { readonly text: string; readonly where: 'prose' | 'code' }) {
  const { texts } = usePanel();
  return (
    <>
      {splitInvisible(text, where).map((piece, index) => {
        if (typeof piece === 'string') return piece;
        const label = fill(texts.invisible, piece.name);
        return (
          <span key={`${index} ${piece.name}`} class="invisible" role="img" title={label} aria-label={label}>
            {MARK}
          </span>
        );
      })}
    </>
  );
}
