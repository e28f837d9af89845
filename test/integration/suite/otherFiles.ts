import assert from 'node:assert/strict';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { declarationsNear } from '../../../extension/crossFile/languageServer.ts';
import { closeAll, type } from './editor.ts';
import { paddock, reach, setting, suggestionAfter } from './paddock.ts';
import { until } from './until.ts';

const SETTING = 'paddock.inlineCompletion.crossFileContext';

const cart = `/** A cart of a shop. */
export class Cart {
  /** Puts something in. */
  addItem(item: string, count = 1): number {
    return item.length * count;
  }
}
`;
const using = "import { Cart } from './cart.ts';\n\nconst cart = new Cart();\ncart.addItem('a', 2);\n";

describe('other files', () => {
  const root = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
  const write = async (file: string, text: string) => {
    const at = path.join(root, file);
    await mkdir(path.dirname(at), { recursive: true });
    await writeFile(at, text);
  };
  const open = async (file: string) => {
    const document = await vscode.workspace.openTextDocument(path.join(root, file));
    const editor = await vscode.window.showTextDocument(document, { preview: false });
    await goTo(editor, document.positionAt(document.getText().length));
    return editor;
  };
  const goTo = async (editor: vscode.TextEditor, position: vscode.Position) => {
    editor.selection = new vscode.Selection(position, position);
  };
  const told = async (file: string) => (await paddock()).otherFiles().find((other) => other.path === file)?.text;

  before(async () => {
    assert.notEqual(root, '', 'The suite needs a workspace.');
    await setting('files.autoSave', 'off');
    await closeAll();
    await (await paddock()).ready();
  });
  beforeEach(() => setting(SETTING, 'on'));
  afterEach(async () => {
    await closeAll();
    for (const made of ['.gitignore', 'made']) await rm(path.join(root, made), { recursive: true, force: true });
    await setting(SETTING, undefined);
    await reach('ready');
  });
  after(() => setting('files.autoSave', undefined));

  it('are included with their exports, gathered in the background, and do not change while typing', async () => {
    await write('made/cart.ts', cart);
    await write('made/use.ts', using);
    await open('made/use.ts');
    await until('the imported file to be told', async () => (await told('made/cart.ts')) !== undefined);
    assert.match((await told('made/cart.ts')) ?? '', /export class Cart \{\n.*addItem\(item: string, count = 1\): number\n/s);
    const before = (await paddock()).otherFiles();
    const computed: { readonly reusedTokens: number; readonly promptTokens: number }[] = [];
    for (const character of 'cart.addItem(') {
      const stats = (await suggestionAfter(() => type(character)))?.stats;
      if (stats) computed.push(stats);
    }
    // The first request at a place has nothing to reuse.
    const later = computed.slice(1);
    const reused = later.reduce((sum, { reusedTokens }) => sum + reusedTokens, 0);
    const all = later.reduce((sum, { promptTokens }) => sum + promptTokens, 0);
    // Whether or not they were gathered again, the same parts are included.
    assert.deepEqual((await paddock()).otherFiles(), before);
    assert.ok(all === 0 || reused / all > 0.8, `${reused} of ${all} tokens were reused.`);
  });

  it('are included with declarations from language servers that answer in time', async () => {
    await write(
      'made/cart.go',
      'package made\n\n// AddItem puts something in.\nfunc AddItem(item string) int {\n\treturn 1\n}\n',
    );
    await write('made/use.go', 'package made\n\nfunc use() {\n\tRemoveItem("b")\n\tAddItem("a")\n}\n');
    const target = vscode.Uri.file(path.join(root, 'made/cart.go'));
    const name = new vscode.Range(3, 5, 3, 12);
    const wordAt = (document: vscode.TextDocument, position: vscode.Position) =>
      document.getText(document.getWordRangeAtPosition(position));
    const providers = [
      vscode.languages.registerDefinitionProvider('go', {
        provideDefinition: (document, position) =>
          wordAt(document, position) === 'AddItem' ? new vscode.Location(target, name) : undefined,
      }),
      vscode.languages.registerDocumentSymbolProvider('go', {
        provideDocumentSymbols: () => [
          new vscode.DocumentSymbol('AddItem', '', vscode.SymbolKind.Function, new vscode.Range(3, 0, 5, 1), name),
        ],
      }),
    ];
    const read = async (uri: vscode.Uri) => ({ path: path.basename(uri.path), text: await readFile(uri.fsPath, 'utf8') });
    try {
      const { document, selection } = await open('made/use.go');
      const known = await declarationsNear(document, selection.active, read, 30_000);
      assert.deepEqual(known, [{ path: 'cart.go', text: '// AddItem puts something in.\nfunc AddItem(item string) int' }]);
      const secret = await declarationsNear(document, selection.active, async () => undefined, 30_000);
      assert.deepEqual(secret, []);
      const never = new Promise<undefined>(() => {});
      providers.push(
        vscode.languages.registerDefinitionProvider('go', {
          provideDefinition: (document, position) => (wordAt(document, position) === 'RemoveItem' ? never : undefined),
        }),
      );
      // The declarations that arrived in time are included, whatever else is requested.
      assert.deepEqual(await declarationsNear(document, selection.active, read, 10_000), known);
      providers.push(vscode.languages.registerDefinitionProvider('go', { provideDefinition: () => never }));
      assert.deepEqual(await declarationsNear(document, selection.active, read), []);
    } finally {
      for (const provider of providers) provider.dispose();
    }
  });

  it('are not included if ignored by Git, if they hold a secret, or if the setting is off', async () => {
    await write('.gitignore', 'hidden.ts\n');
    await write('made/hidden.ts', cart);
    await write('made/secrets/cart.ts', cart);
    await write('made/cart.ts', cart);
    await write(
      'made/use.ts',
      "import { Cart as Hidden } from './hidden.ts';\nimport { Cart as Secret } from './secrets/cart.ts';\nimport { Cart as Open } from './cart.ts';\nnew Hidden();\nnew Secret();\nnew Open();\n",
    );
    await open('made/hidden.ts');
    await open('made/use.ts');
    const isTold = async (pattern: RegExp) => (await paddock()).otherFiles().some((other) => pattern.test(other.path));
    // That rules have changed is noticed a moment later.
    await until('only the open one to be told', async () => (await isTold(/^made\/cart/)) && !(await isTold(/hidden|secrets/)));
    await setting(SETTING, 'off');
    await until('nothing to be told', async () => (await paddock()).otherFiles().length === 0);
  });
});
