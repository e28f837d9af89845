import { faultOf, LARGEST_FILE } from '../../workspaceMemory/content.ts';
import { isSecretName } from '../../workspaceMemory/secrets.ts';

/** Why something is not attached. */
export type Refusal = 'not-open' | 'secret' | 'left-out' | 'no-file' | 'unreadable' | 'binary' | 'too-large' | 'blank';

/** Characters of an attachment, at most. */
export const LARGEST_ATTACHMENT = LARGEST_FILE;

/** What is known of a file before it is read. */
export interface FileFacts {
  /** With `/`. */
  readonly path: string;
  readonly isTrusted: boolean;
  readonly isOpen: boolean;
  /** Whether Git ignores it or settings hide it. */
  readonly isLeftOut: boolean;
}

/** Why a file is not read; undefined where it may be. */
export function refusalOfFile({ path, isTrusted, isOpen, isLeftOut }: FileFacts): Refusal | undefined {
  if (!isTrusted && !isOpen) return 'not-open';
  if (isSecretName(path)) return 'secret';
  return isLeftOut ? 'left-out' : undefined;
}

/**
 * Why a text is not attached; undefined where it may be. What a program wrote, or a merge left half done, is worth asking about and may be,
 * other than for what the model remembers of its own accord.
 */
export function refusalOfText(text: string): Refusal | undefined {
  // A path without a name: that data is remembered only while it is small is no rule for what a person chooses.
  const fault = faultOf('', text);
  switch (fault) {
    case 'secret':
    case 'binary':
    case 'too-large':
    case 'blank':
      return fault;
    default:
      return undefined;
  }
}
