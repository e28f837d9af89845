import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import type { ChatUpdate } from '../../webview/protocol/chat.ts';
import { confirmCalmly, inform } from '../notify.ts';
import type { Memory } from '../storage/memory.ts';
import { attach, attachUris } from './attachments/attach.ts';
import type { AttachmentDocuments } from './attachments/attachmentDocuments.ts';
import { selectedCode } from './attachments/fromEditor.ts';
import type { ChatDoors, ChatHost } from './chatHost.ts';
import { chatWords } from './chatWords.ts';
import { examplesNear } from './fewShot/siblings.ts';
import { webAddress } from './links.ts';
import { NameCheck } from './names/nameCheck.ts';
import { NO_PREFERENCES } from './preference/door.ts';

const { l10n } = vscode;

/**
 * What VS Code does for the chat.
 * @param post sends the panel what it is to show
 * @param doors override what this file provides, which is copying code
 */
export function editorHost(
  { workspaceState, extensionUri }: vscode.ExtensionContext,
  everywhere: Memory,
  log: vscode.LogOutputChannel,
  post: (update: ChatUpdate) => void,
  attachments: AttachmentDocuments,
  doors: Partial<ChatDoors>,
): ChatHost {
  const names = new NameCheck(extensionUri, log);
  return {
    words: chatWords(),
    workspace: workspaceState,
    everywhere,
    newId: randomUUID,
    post,
    tell: (message) => void inform(message),
    log: (message) => log.warn(message),
    copy: async (text) => vscode.env.clipboard.writeText(text),
    openLink: (href) => openLink(href, log),
    showMarkdown: async (content) => {
      const document = await vscode.workspace.openTextDocument({ content, language: 'markdown' });
      await vscode.window.showTextDocument(document, { preview: false });
    },
    openModel: async () => {
      await vscode.commands.executeCommand('paddock.model.open');
    },
    measureContext: async () => {
      await vscode.commands.executeCommand('paddock.context.measure');
    },
    direction: async (act, path) => {
      await vscode.commands.executeCommand(`paddock.refusals.${act}Direction`, path);
    },
    audit: async () => {
      await vscode.commands.executeCommand('paddock.refusals.audit');
    },
    wakeEngine: () => undefined,
    loadModel: () => undefined,
    attach,
    attachUris,
    showAttachment: (attachment) => attachments.show(attachment),
    selection: selectedCode,
    examples: examplesNear,
    runCode: async (action, { code }) => {
      if (action === 'copy') await vscode.env.clipboard.writeText(code);
    },
    preferences: NO_PREFERENCES,
    unknownIn: (answer, said) => names.unknownIn(answer, said),
    ...doors,
  };
}

/** A model wrote the link, so the person sees where it leads before anything is opened. */
async function openLink(href: string, log: vscode.LogOutputChannel): Promise<void> {
  const address = webAddress(href);
  if (address === undefined) {
    log.warn(`A link of the chat was not followed: it is no address of the web. ${JSON.stringify(href.slice(0, 200))}`);
    return;
  }
  const open = l10n.t('Open');
  const question = l10n.t('Open this link in the browser?');
  if (await confirmCalmly(question, open, address)) {
    await vscode.env.openExternal(vscode.Uri.parse(address, true));
  }
}
