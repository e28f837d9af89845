import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../support/paths.ts';
import { folderForAll } from '../support/testFolders.ts';

interface Code {
  readonly code: string;
  readonly check?: string;
}
interface Task {
  readonly do: string;
  readonly javascript?: Code;
  readonly typescript?: Code;
}

const EXTENSIONS = { javascript: 'mjs', typescript: 'mts' } as const;
/** Files that the checks read. */
const FILES = {
  'a.txt': Array.from({ length: 40 }, (_, i) => `line ${i + 1}\n`).join(''),
  'c.csv': 'a,b\n1,2\n',
  'j.json': '{"a": 1}',
};

function tasks(): Task[] {
  const folder = path.join(root, 'training/instruct/tables');
  const files = readdirSync(folder).filter((name) => name.startsWith('tasks-'));
  return files.flatMap((name) => JSON.parse(readFileSync(path.join(folder, name), 'utf8')) as Task[]);
}

/**
 * Writes each answer that has a check as a module that exports whether the check holds.
 * @returns the names and tasks of the modules
 */
function writeModules(folder: string): [name: string, task: string][] {
  return tasks().flatMap((task, number) =>
    (['javascript', 'typescript'] as const).flatMap((language) => {
      const { code, check } = task[language] ?? {};
      if (!code || !check) return [];
      const name = `answer${number}.${EXTENSIONS[language]}`;
      const head = "import { isDeepStrictEqual as deepEqual } from 'node:util';\nvoid deepEqual;\n";
      writeFileSync(path.join(folder, name), `${head}${code}\nexport const holds = Boolean(${check});\n`);
      return [[name, `${language}: ${task.do}`] satisfies [string, string]];
    }),
  );
}

/** Imports the modules one after the other in a separate process: each has its own names, and some print. */
const driver = (modules: [string, string][]) => `const failed = [];
for (const [name, task] of ${JSON.stringify(modules)}) {
  try {
    if (!(await import('./' + name)).holds) failed.push(task);
  } catch (error) {
    failed.push(task + ': ' + error);
  }
}
process.stderr.write('\\n' + JSON.stringify(failed));
process.exit(0);
`;

describe('the everyday questions that the default model is trained on', () => {
  const temporary = folderForAll();

  it('have answers in JavaScript and TypeScript that pass their checks', () => {
    const folder = temporary.path;
    for (const [name, text] of Object.entries(FILES)) writeFileSync(path.join(folder, name), text);
    const modules = writeModules(folder);
    expect(modules.length).toBeGreaterThan(400);
    writeFileSync(path.join(folder, 'all.mjs'), driver(modules));
    const { stderr } = spawnSync(process.execPath, ['--no-warnings', 'all.mjs'], { cwd: folder, encoding: 'utf8' });
    expect(stderr.split('\n').at(-1)).toBe('[]');
  });
});
