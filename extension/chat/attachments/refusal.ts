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
 * Why a text is not attached; undefined where it may be. Generated code and unfinished merges may be attached, because they are worth
 * asking about, although the workspace memory leaves them out.
 */
export function refusalOfText(text: string): Refusal | undefined {
  // An empty path: the rule that data is remembered only while it is small does not apply to what a person chooses.
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
