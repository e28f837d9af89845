import { Component } from 'preact';
import type { ShownMessage } from '../../protocol/chatMessages.ts';
import type { ChatTexts } from '../../protocol/chatTexts.ts';
import { fill } from '../../shared/fill.ts';
import { number } from '../../shared/format.ts';
import { Answer } from './answer.tsx';
import { Question } from './question.tsx';
import { isSameMessage } from './sameMessage.ts';

export interface MessageProps {
  readonly message: ShownMessage;
  readonly texts: ChatTexts;
  readonly busy: boolean;
  /** Whether a question can be answered now. */
  readonly canAsk: boolean;
  readonly editing: boolean;
  /** @param id of the question being edited; undefined for none */
  readonly onEdit: (id: string | undefined) => void;
}

/** A question or an answer. It is redrawn only when it has changed. */
export class Message extends Component<MessageProps> {
  override shouldComponentUpdate(next: MessageProps): boolean {
    const { message, busy, canAsk, editing } = this.props;
    return busy !== next.busy || canAsk !== next.canAsk || editing !== next.editing || !isSameMessage(message, next.message);
  }

  override render({ message, texts, busy, canAsk, editing, onEdit }: MessageProps) {
    const edit = (start: boolean) => onEdit(start ? message.id : undefined);
    return (
      <li class={`message ${message.role}${message.leftOut ? ' leftOut' : ''}`}>
        <article id={`message-${message.id}`} tabIndex={-1} aria-label={message.role === 'user' ? texts.you : texts.paddock}>
          {message.leftOut && <p class="note">{texts.leftOut}</p>}
          {message.cut > 0 && <p class="note">{fill(texts.cut, number(message.cut))}</p>}
          {message.role === 'user' ? (
            <Question message={message} busy={busy} canAsk={canAsk} editing={editing} onEdit={edit} />
          ) : (
            <Answer message={message} busy={busy} canAsk={canAsk} />
          )}
        </article>
      </li>
    );
  }
}
