import type { DraftIntent } from '../../webview/protocol/chatIntents.ts';
import type { ChatHost } from './chatHost.ts';
import type { Draft } from './draft.ts';
import type { FewShot } from './fewShot/fewShot.ts';

/** Changes the message that is being written. @returns whether anything changed besides the text, which the panel already has */
export async function inDraft(
  draft: Draft,
  fewShot: FewShot,
  host: Pick<ChatHost, 'attach' | 'attachUris'>,
  intent: DraftIntent,
): Promise<boolean> {
  switch (intent.kind) {
    case 'draft':
      draft.text = intent.text;
      return false;
    case 'attach':
      return draft.attach(await host.attach(intent.what));
    case 'drop':
      return draft.attach(await host.attachUris(intent.uris));
    case 'detach':
      draft.detach([intent.id]);
      return true;
    case 'examples':
      await fewShot.want(intent.wanted);
      return true;
  }
}
