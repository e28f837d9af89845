import * as vscode from 'vscode';
import type { EngineNeed } from '../../engineNeed.ts';
import { languageName } from '../../languageName.ts';
import { inform, withProgress } from '../../notify.ts';
import type { Chat } from '../chat.ts';
import { codeIn } from '../code/answerCode.ts';
import { movedLines } from '../code/change.ts';
import { indentationIn, newFile } from '../code/codeActions.ts';
import { symbolsOf } from '../code/documentSymbols.ts';
import type { Proposals } from '../code/proposals.ts';
import { mayChange, nameOf, tell } from '../code/writable.ts';
import { type Given, givenCode } from './given.ts';
import { type Problem, questionFor, type Task } from './words.ts';

const { l10n } = vscode;

/** The place a command is about, when it comes from a lightbulb or a hover; any field may be missing, since anybody can run a command. */
export interface Wanted {
  readonly uri?: string;
  readonly line?: number;
  readonly messages?: readonly string[];
}

/** The commands that ask the chat about code in the editor. */
export class CodeCommands {
  readonly #need: EngineNeed;
  readonly #chat: Chat;
  readonly #proposals: Proposals;

  constructor(need: EngineNeed, chat: Chat, proposals: Proposals) {
    this.#need = need;
    this.#chat = chat;
    this.#proposals = proposals;
  }

  /** @param argument {@link Wanted}, or whatever a menu hands over */
  async run(task: Task, argument?: unknown): Promise<void> {
    const wanted = wantedIn(argument);
    const editor = editorFor(wanted);
    if (!editor) return tell(l10n.t('Open a file in the editor first: the command is about its code.'));
    const { document } = editor;
    const changes = task === 'fix' || task === 'document';
    if (changes && !mayChange(document)) return;
    const before = document.getText();
    const found = await codeBefore(editor, wanted, changes);
    if (!found) return tell(l10n.t('There is no code at the cursor. Select some.'));
    if (!(await this.#mayAsk())) return;
    // Waiting for the model to be opened may have taken a minute.
    const given = movedCode(document, before, found);
    if (!given) return tell(l10n.t('The code in {0} was changed meanwhile. Run the command again.', nameOf(document.uri)));
    const [asked, selection, indentation] = [document.getText(), editor.selection, indentationIn(editor)];
    const attached = { label: labelOf(document, given), language: document.languageId, text: given.text };
    const line = wanted.line === undefined ? undefined : wanted.line + given.lines.start - found.lines.start;
    const question = questionFor(task, problemsIn(document, task, given, line, wanted.messages));
    const answer = await this.#answer(task, question, attached);
    if (answer === undefined || task === 'explain') return;
    const { languageId } = document;
    const block = codeIn(answer, languageId, await vscode.languages.getLanguages());
    if (!block) return tell(l10n.t('The answer holds no code in {0}. It stands in the chat.', languageName(languageId)));
    if (task === 'tests') {
      return newFile(block.code, block.language || languageId, vscode.ViewColumn.Beside);
    }
    const present = movedCode(document, asked, given);
    if (!present) {
      const { uri } = document;
      return tell(l10n.t('The code in {0} was changed while the model answered. The answer stands in the chat.', nameOf(uri)));
    }
    const isDocumented = task === 'document';
    await this.#proposals.show({ document, code: block.code, selection, indentation, range: present.lines, isDocumented });
  }

  /** Asks in a conversation of its own. @returns undefined for an answer that did not come to its end; the chat says why */
  async #answer(task: Task, question: string, attached: Parameters<Chat['ask']>[1][number]): Promise<string | undefined> {
    await this.#chat.begin();
    const asked = this.#chat.ask(question, [attached]);
    const answer = await (task === 'explain' ? asked : this.#withProgress(attached.label, asked));
    return answer?.state === 'done' ? answer.text : undefined;
  }

  #withProgress<Answer>(label: string, asked: Promise<Answer>): Thenable<Answer> {
    const title = l10n.t('Paddock writes for {0}', label);
    return withProgress(title, async (_, token) => {
      const listener = token.onCancellationRequested(() => void this.#chat.stop());
      return asked.finally(() => listener.dispose());
    });
  }

  /** Waits for the model, and says what stands in the way; an answer under way can be stopped for the new question. */
  async #mayAsk(): Promise<boolean> {
    await this.#chat.focus(); // it says what the engine is doing, and what to do
    try {
      await this.#need.ready();
    } catch {
      return false;
    }
    if (!this.#chat.isBusy) return true;
    const stop = l10n.t('Stop and Ask');
    const said = l10n.t('The chat is still answering another question.');
    if ((await inform(said, stop)) !== stop) return false;
    await this.#chat.stop();
    return true;
  }
}

function editorFor({ uri }: Wanted): vscode.TextEditor | undefined {
  if (uri === undefined) return vscode.window.activeTextEditor;
  return vscode.window.visibleTextEditors.find(({ document }) => document.uri.toString() === uri);
}

/** @param whole whether the answer will stand in place of the code, for which that must be whole lines */
async function codeBefore(
  { document, selection }: vscode.TextEditor,
  { line }: Wanted,
  whole: boolean,
): Promise<Given | undefined> {
  const known =
    line !== undefined && !selection.intersection(new vscode.Range(line, 0, line, 0)) ? { line, column: 0 } : undefined;
  const end = { line: selection.end.line, column: selection.end.character };
  const widened = whole && !selection.isEmpty;
  const start = { line: selection.start.line, column: widened ? 0 : selection.start.character };
  const isAtLineStart = end.column === 0 && end.line > start.line;
  const behind = widened && !isAtLineStart ? { ...end, column: document.lineAt(end.line).text.length } : end;
  return givenCode({
    text: document.getText(),
    start: known ?? start,
    end: known ?? behind,
    symbols: await symbolsOf(document),
  });
}

/** The code where it stands now; undefined where it was changed, or its document closed. */
function movedCode(document: vscode.TextDocument, before: string, { text, lines }: Given): Given | undefined {
  const moved = document.isClosed ? undefined : movedLines(before, document.getText(), lines);
  return moved && { text, lines: moved };
}

/** The problems of a lightbulb or a hover; to fix code without any named, those that the editor shows in it. */
function problemsIn(
  document: vscode.TextDocument,
  task: Task,
  { lines }: Given,
  line: number | undefined,
  messages: Wanted['messages'],
): Problem[] {
  const within = (at: number) => (lines.start <= at && at < lines.end ? at - lines.start + 1 : undefined);
  if (messages) return messages.map((message) => ({ message, line: line === undefined ? undefined : within(line) }));
  if (task !== 'fix') return [];
  return vscode.languages
    .getDiagnostics(document.uri)
    .filter(({ severity, range }) => severity <= vscode.DiagnosticSeverity.Warning && within(range.start.line) !== undefined)
    .map(({ message, range }) => ({ message, line: within(range.start.line) }));
}

function labelOf({ uri }: vscode.TextDocument, { lines }: Given): string {
  return `${vscode.workspace.asRelativePath(uri)}:${lines.start + 1}–${lines.end}`;
}

function wantedIn(argument: unknown): Wanted {
  if (typeof argument !== 'object' || argument === null) return {};
  const { uri, line, messages } = argument as Record<string, unknown>;
  return {
    ...(typeof uri === 'string' && { uri }),
    ...(typeof line === 'number' && Number.isInteger(line) && line >= 0 && { line }),
    ...(Array.isArray(messages) && { messages: messages.filter((each) => typeof each === 'string') }),
  };
}
