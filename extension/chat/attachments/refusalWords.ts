import { l10n } from 'vscode';
import { LARGEST_ATTACHMENT, type Refusal } from './refusal.ts';

/** Why something is not attached, in a sentence. */
export function refusalInWords(refusal: Refusal, label: string): string {
  switch (refusal) {
    case 'not-open':
      return l10n.t('{0} is not attached: this workspace is not trusted, so only what is open is read.', label);
    case 'secret':
      return l10n.t('{0} is not attached: it looks like a key, a password or another secret.', label);
    case 'left-out':
      return l10n.t(
        '{0} is not attached: Git ignores it, or settings hide it. Open it and select what you mean to attach that.',
        label,
      );
    case 'no-file':
      return l10n.t('{0} is not attached: it is no file.', label);
    case 'unreadable':
      return l10n.t('{0} is not attached: it cannot be read as text.', label);
    case 'binary':
      return l10n.t('{0} is not attached: it is no text.', label);
    case 'too-large':
      return l10n.t('{0} is not attached: it is longer than {1} KiB.', label, LARGEST_ATTACHMENT / 1024);
    case 'blank':
      return l10n.t('{0} is not attached: nothing is in it.', label);
  }
}
