import type { ShownAttachment } from '../../protocol/chatAttachments.ts';
import { counted } from '../../shared/counted.ts';
import { fill } from '../../shared/fill.ts';
import { number } from '../../shared/format.ts';
import { IconButton } from '../iconButton.tsx';
import { PlainText } from '../markdown/plainText.tsx';
import { usePanel } from '../panel.ts';

/** The attachments of the draft, and their cost. */
export function Attachments({ attachments }: { readonly attachments: readonly ShownAttachment[] }) {
  const { texts, send } = usePanel();
  if (attachments.length === 0) return null;
  return (
    <ul class="chips" aria-label={texts.attachments}>
      {attachments.map(({ id, label, tokens }) => (
        <li key={id} title={label}>
          <button type="button" class="link label" onClick={() => send({ kind: 'showAttachment', id })}>
            <PlainText text={label} where="prose" />
          </button>
          <span class="note">{tokens === null ? '…' : counted(tokens, texts.oneToken, texts.manyTokens, number)}</span>
          <IconButton icon="close" label={fill(texts.detach, label)} onPress={() => send({ kind: 'detach', id })} />
        </li>
      ))}
    </ul>
  );
}
