import * as vscode from 'vscode';
import { type ChatBudget, isPaddockError, type ModelInfo } from '../../engine/index.ts';
import { attachLocation } from '../chat/attachments/attach.ts';
import { selectedCode } from '../chat/attachments/fromEditor.ts';
import type { Attached } from '../chat/chatHost.ts';
import { chatWords } from '../chat/chatWords.ts';
import { turnsInWords } from '../chat/gauge.ts';
import { controlsOf, useOf } from '../chat/windowControls.ts';
import type { LanguageModelChatContext } from './context.ts';
import { withSignal } from './modelProvider.ts';
import { type Asked, isAboutCode, turnsOf } from './participantTurns.ts';
import { tuned } from './tuned.ts';

/** As package.json names it. */
const PARTICIPANT = 'paddock';

/** Registers `@paddock` in VS Code's own chat; nothing happens where there is none. @returns undefined then */
export function registerParticipant(ours: LanguageModelChatContext, extensionUri: vscode.Uri): vscode.Disposable | undefined {
  const chat: typeof vscode.chat | undefined = vscode.chat;
  if (!chat?.createChatParticipant) return undefined;
  const participant = chat.createChatParticipant(PARTICIPANT, (request, context, stream, token) =>
    withSignal(token, (signal) => answer(ours, request, context, stream, signal)),
  );
  participant.iconPath = vscode.Uri.joinPath(extensionUri, 'media', 'icon.png');
  return participant;
}

async function answer(
  { engine, need, chat }: LanguageModelChatContext,
  { command = '', prompt, references }: vscode.ChatRequest,
  { history }: vscode.ChatContext,
  stream: vscode.ChatResponseStream,
  signal: AbortSignal,
): Promise<void> {
  const model = await openModel(need, stream, signal);
  if (!model) return;
  const attached = await codeOf(references, command);
  if (isAboutCode(command) && attached.length === 0) {
    stream.markdown(vscode.l10n.t('Select code in the editor or attach some first: the command is about code.'));
    return;
  }
  const turns = turnsOf(history.flatMap(askedIn), command, prompt, attached);
  const conversation = { system: '', pinned: { text: '', mode: 'off' as const }, turns };
  const asked = { conversation, ...useOf(chat.controls ?? controlsOf(undefined, model)) };
  const params = tuned(asked, chat.dial, { explains: command === 'explain' && attached.length > 0 });
  for (const said of shortened(await engine.planChat(params), turns.length - 1)) stream.progress(said);
  await engine.chat(params, signal, (piece) => stream.markdown(piece));
}

/** What does not go to the model as it was said. @param earlier questions before this one */
function* shortened(budget: ChatBudget, earlier: number): Generator<string> {
  const words = chatWords();
  if (budget.leftOut.length > 0) yield turnsInWords(budget, earlier, words);
  if (budget.cut) yield words.cutOff(budget.cut.characters);
}

/** The model, opened for the question if necessary; undefined, with a message, if it cannot be opened. */
async function openModel(
  need: LanguageModelChatContext['need'],
  stream: vscode.ChatResponseStream,
  signal: AbortSignal,
): Promise<ModelInfo | undefined> {
  try {
    return await need.ready(signal);
  } catch (error) {
    if (isPaddockError(error, 'cancelled')) throw error;
    stream.markdown(vscode.l10n.t('No model is open. Open one with the command "Paddock: Open Model…".'));
    return undefined;
  }
}

/** What goes with the question: what was attached to it in VS Code's chat, else what is selected. */
async function codeOf(references: readonly vscode.ChatPromptReference[], command: string): Promise<readonly Attached[]> {
  const attached = await Promise.all(references.map(({ id, value }) => attachedFrom(id, value)));
  const all = attached.flat();
  const selected = all.length === 0 && isAboutCode(command) ? selectedCode() : undefined;
  return selected ? [selected] : all;
}

async function attachedFrom(id: string, value: unknown): Promise<readonly Attached[]> {
  if (typeof value === 'string') return [{ label: id, language: '', text: value }];
  if (value instanceof vscode.Uri) return attachLocation(value);
  return value instanceof vscode.Location ? attachLocation(value.uri, value.range) : [];
}

/** Earlier questions to this participant come first, each followed by its answer. */
function askedIn(turn: vscode.ChatRequestTurn | vscode.ChatResponseTurn, at: number, all: readonly unknown[]): Asked[] {
  const next = all[at + 1];
  if (!(turn instanceof vscode.ChatRequestTurn) || !(next instanceof vscode.ChatResponseTurn)) return [];
  const parts = next.response.map((part) => (part instanceof vscode.ChatResponseMarkdownPart ? part.value.value : ''));
  return [{ command: turn.command ?? '', prompt: turn.prompt, answer: parts.join('') }];
}
