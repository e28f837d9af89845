import { expect, test } from 'vitest';
import { fileKind, isForeignFolder, isProse } from '../../../extension/workspaceMemory/fileKinds.ts';

test.each([
  ['src/a.ts', 'code'],
  ['a.test.tsx', 'code'],
  ['Main.JAVA', 'code'],
  ['CMakeLists.txt', 'code'],
  ['docker/Dockerfile', 'code'],
  ['Dockerfile.dev', 'code'],
  ['.eslintrc.js', 'code'],
  ['package.json', 'data'],
  ['config.yaml', 'data'],
  ['script', 'unknown'],
  ['model.mylang', 'unknown'],
  ...[
    'README.md',
    'notes.txt',
    'LICENSE',
    'server.log',
    'data.csv',
    'book.ipynb',
    'icon.svg',
    'photo.png',
    'a.tar.gz',
    'a.dll',
  ].map((path) => [path, undefined] as const),
  ...[
    'package-lock.json',
    'pnpm-lock.yaml',
    'Cargo.lock',
    'app.min.js',
    'vendor-bundle.js',
    'a.js.map',
    'x.snap',
    'api.pb.go',
  ].map((path) => [path, undefined] as const),
  ...['.gitignore', '.bashrc', '.editorconfig', 'form.Designer.cs', 'a.ts.orig', 'x.rej', 'model_pb2.py'].map(
    (path) => [path, undefined] as const,
  ),
] as const)('%s is %s', (path, kind) => {
  expect(fileKind(path)).toBe(kind);
});

test.each(['.git', 'node_modules', 'dist', 'target', '__pycache__', '.venv', 'bazel-out', 'cmake-build-debug', 'a.egg-info'])(
  'what %s holds was made elsewhere',
  (name) => {
    expect(isForeignFolder(name)).toBe(true);
  },
);

test.each(['src', 'lib', 'builder', 'distance', '.github', 'packages', 'bin'])('what %s holds was not', (name) => {
  expect(isForeignFolder(name)).toBe(false);
});

test('prose is recognised by its language', () => {
  expect(['markdown', 'plaintext', 'log'].map(isProse)).toEqual([true, true, true]);
  expect(['typescript', 'python', 'json'].map(isProse)).toEqual([false, false, false]);
});
