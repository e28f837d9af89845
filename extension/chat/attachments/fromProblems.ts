import * as vscode from 'vscode';
import { documentPath } from '../../documentPath.ts';
import { inform } from '../../notify.ts';
import { isForeign } from '../../workspaceMemory/rules.ts';
import type { Attached } from '../chatHost.ts';
import { type FileProblems, MOST_PROBLEMS, problemsText, type ShownProblem } from './problemsText.ts';
import { FileReader } from './readFiles.ts';
import { allowed, checked } from './say.ts';

type Found = readonly [vscode.Uri, readonly vscode.Diagnostic[]];

/** Attaches the problems of the active file or of the workspace; where both have some the person chooses. */
export async function attachProblems(): Promise<Attached[]> {
  const all = vscode.languages.getDiagnostics().filter(([uri, problems]) => problems.length > 0 && isOurs(uri));
  const active = vscode.window.activeTextEditor?.document.uri;
  const here = all.filter(([uri]) => uri.toString() === active?.toString());
  if (all.length === 0) {
    void inform(vscode.l10n.t('The editor shows no problems in this workspace.'));
    return [];
  }
  const found = here.length > 0 && all.length > here.length ? await choose(here, all) : all;
  if (!found) return [];
  const label = labelOf(found);
  const reader = new FileReader();
  const files = await Promise.all(found.map((each) => problemsIn(each, reader)));
  return allowed([checked({ label, language: '', text: problemsText(files) })]);
}

/** Problems in code that others wrote are not the person's concern. */
function isOurs(uri: vscode.Uri): boolean {
  return uri.scheme === 'untitled' || (vscode.workspace.getWorkspaceFolder(uri) !== undefined && !isForeign(documentPath(uri)));
}

/** The file or number of files, and how many problems are included if not all are. */
function labelOf(found: readonly Found[]): string {
  const of = found.length === 1 && found[0] ? documentPath(found[0][0]) : found.length;
  const all = countOf(found);
  if (all <= MOST_PROBLEMS) return vscode.l10n.t('Problems: {0}', of);
  return vscode.l10n.t('Problems: {0}, the worst {1} of {2}', of, MOST_PROBLEMS, all);
}

function countOf(found: readonly Found[]): number {
  return found.reduce((sum, [, problems]) => sum + problems.length, 0);
}

async function choose(here: readonly Found[], all: readonly Found[]): Promise<readonly Found[] | undefined> {
  const path = here[0] ? documentPath(here[0][0]) : '';
  const items = [
    { label: vscode.l10n.t('Of {0}', path), description: String(countOf(here)), found: here },
    { label: vscode.l10n.t('Of the workspace'), description: String(countOf(all)), found: all },
  ];
  return (await vscode.window.showQuickPick(items, { placeHolder: vscode.l10n.t('Problems to attach') }))?.found;
}

/** The lines of code go along where the file may be read. */
async function problemsIn([uri, problems]: Found, reader: FileReader): Promise<FileProblems> {
  const outcome = await reader.read(uri);
  const lines = 'attached' in outcome ? outcome.attached.text.split('\n') : [];
  return { path: documentPath(uri), lines, problems: problems.map(problemOf) };
}

const SEVERITIES: Readonly<Record<vscode.DiagnosticSeverity, ShownProblem['severity']>> = {
  0: 'error',
  1: 'warning',
  2: 'information',
  3: 'hint',
};

function problemOf({ severity, range, message, source, code }: vscode.Diagnostic): ShownProblem {
  const named = typeof code === 'object' ? code.value : code;
  return {
    severity: SEVERITIES[severity],
    line: range.start.line,
    message,
    source: source ?? '',
    code: named === undefined ? '' : String(named),
  };
}
