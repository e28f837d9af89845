import { readFile } from 'node:fs/promises';
import { arch, cpus, platform, release, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';

/** The bars that figures are compared with. */
export interface Bar {
  readonly what: string;
  readonly kind: 'at least' | 'at most';
  readonly limit: number;
}

/** A figure that a bar applies to. */
export interface Found {
  readonly bar: Bar;
  /** The conditions of the measurement. */
  readonly where: string;
  readonly value: number;
}

/** A part of the report. */
export interface Section {
  readonly markdown: string;
  readonly found: readonly Found[];
}

export function holds({ bar, value }: Found): boolean {
  return bar.kind === 'at least' ? value >= bar.limit : value <= bar.limit;
}

/** A figure in a table, bold if it misses its bar. */
export function cell(found: Found): string {
  const text = found.value.toFixed(2);
  return holds(found) ? text : `**${text}**`;
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** `1 thread`, `2 threads` */
export function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

/** The Markdown file. */
export async function report(command: string, sections: readonly Section[]): Promise<string> {
  const processors = cpus();
  return `# Speed, side by side

\`${command}\`, ${new Date().toISOString().slice(0, 10)}, on ${processors.length} × ${processors[0]?.model.trim()}, \
${(totalmem() / 2 ** 30).toFixed(0)} GiB, ${platform()} ${arch()} ${release()}. ${await versions()}.

Engines run one after the other, each in a process of its own, in whole rounds (A B C D A B C D …); figures are medians over rounds, and
ratios medians of the ratios within a round. Rates are tokens/s. Figures that miss their bar are **bold**.

${bars(sections.flatMap(({ found }) => found))}

${sections.map(({ markdown }) => markdown).join('\n\n')}
`;
}

/** Each bar with its figures: how many reach it, and the worst. */
function bars(found: readonly Found[]): string {
  const rows = [...new Set(found.map(({ bar }) => bar))].map((bar) => {
    const about = found.filter((each) => each.bar === bar);
    const sign = bar.kind === 'at least' ? 1 : -1;
    const [worst] = [...about].sort((a, b) => sign * (a.value - b.value));
    const held = about.filter(holds).length;
    const verdict = held === about.length ? 'holds' : `**holds for ${held} of ${about.length}**`;
    return [bar.what, `${bar.kind} ${bar.limit}`, worst ? `${worst.value.toFixed(2)} (${worst.where})` : '', verdict];
  });
  return table(['', 'bar', 'worst', ''], rows);
}

async function versions(): Promise<string> {
  const names = ['onnxruntime-node', 'onnxruntime-web', 'node-llama-cpp', '@huggingface/transformers'];
  const found = names.map(async (name) => {
    const path = fileURLToPath(new URL(`../../node_modules/${name}/package.json`, import.meta.url));
    const { version }: { version: string } = JSON.parse(await readFile(path, 'utf8'));
    return `${name} ${version}`;
  });
  return [`Node ${process.version.slice(1)}`, ...(await Promise.all(found))].join(', ');
}
