import { stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { PaddockError } from '../../errors.ts';
import { copyDirections, listDirections, readDirections } from '../../storage/directions.ts';
import { type DirectionInfo, describeDirections } from '../directionFiles.ts';
import { print, type RunOptions, readSource, withEngine } from './common.ts';
import { checkOutput } from './output.ts';

export interface FindOptions extends RunOptions {
  readonly refused: string;
  readonly answered: string;
  readonly out: string;
  readonly name?: string;
}

/** `paddock direction find`: contrasts two files of messages. */
export async function findDirectionOf({ refused, answered, out, name, ...options }: FindOptions): Promise<void> {
  const messages = { refused: await readMessages(refused), answered: await readMessages(answered) };
  const path = resolve(out);
  await checkOutput(path);
  const showPart = process.stderr.isTTY
    ? (part: number) => void process.stderr.write(`\r\x1b[Kpaddock: ${Math.round(100 * part)}%`)
    : undefined;
  const info = await withEngine(options, (engine) =>
    engine.studies
      .findDirection({ ...messages, path, name: name ?? basename(path, '.gguf') }, undefined, showPart)
      .finally(() => showPart && process.stderr.write('\r\x1b[K')),
  );
  print(info, options.json, inWords);
}

/** `paddock direction info FILE` */
export async function directionInfo(file: string, { json }: { readonly json?: true }): Promise<void> {
  const path = resolve(file);
  print(describeDirections(path, await readDirections(path)), json, inWords);
}

/** `paddock direction list FOLDER` */
export async function listDirectionsOf(folder: string, { json }: { readonly json?: true }): Promise<void> {
  if (!(await stat(folder).catch(() => undefined))?.isDirectory()) {
    throw new PaddockError('bad-request', `There is no folder ${folder}. Name one that holds files of directions.`);
  }
  const found = await listDirections(resolve(folder));
  const directions = found.map(({ path, vector }) => describeDirections(path, vector));
  print(
    { directions },
    json,
    () => directions.map((info) => `${info.path}\n${inWords(info)}`).join('\n') || 'There are no directions.',
  );
}

/** `paddock direction copy FROM TO`: import and export; what holds no directions is refused. */
export async function copyDirection(from: string, to: string, { name, json }: { readonly name?: string; readonly json?: true }) {
  const path = resolve(to);
  await checkOutput(path);
  print(describeDirections(path, await copyDirections(resolve(from), path, name)), json, inWords);
}

export interface TryOptions extends RunOptions {
  readonly messages: string;
  readonly mode: 'add' | 'project';
  readonly coefficients: readonly number[];
  readonly tokens?: readonly number[];
}

/** `paddock direction try FILE`: how probable refusals of messages are, by coefficient. */
export async function tryDirection(
  file: string,
  { messages, mode, coefficients, tokens, ...options }: TryOptions,
): Promise<void> {
  const texts = await readMessages(messages);
  const path = resolve(file);
  const rows = await withEngine(options, async (engine) => {
    const found: { readonly coefficient: number; readonly probabilities: readonly number[] }[] = [];
    for (const coefficient of coefficients) {
      const steering = { path, mode, coefficient };
      found.push({
        coefficient,
        probabilities: await engine.studies.refusals({ messages: texts, steering, ...(tokens && { tokens }) }),
      });
    }
    return found;
  });
  print({ mode, rows }, options.json, () =>
    [
      'coefficient  mean P(refusal)  above 0.5',
      ...rows.map(({ coefficient, probabilities }) => {
        const mean = probabilities.reduce((sum, p) => sum + p, 0) / probabilities.length;
        const above = probabilities.filter((p) => p > 0.5).length;
        return `${String(coefficient).padStart(11)}  ${mean.toFixed(4).padStart(15)}  ${above} of ${probabilities.length}`;
      }),
    ].join('\n'),
  );
}

/** Messages of a file: a JSON list of texts, or a line each. @throws PaddockError `bad-request` for another file */
async function readMessages(path: string): Promise<string[]> {
  const source = await readSource(path);
  if (!path.endsWith('.json')) return source.split(/\r?\n/).filter((line) => line.trim() !== '');
  try {
    const value: unknown = JSON.parse(source);
    if (Array.isArray(value) && value.every((each) => typeof each === 'string')) return value;
  } catch {
    // Rejected below, like anything that is not a list.
  }
  throw new PaddockError(
    'bad-request',
    `${path} is no list of texts. Give a JSON list of texts, or a text file with a message on each line.`,
  );
}

function inWords({ path, name, model, hiddenSize, layers, lengths, figures = {} }: DirectionInfo): string {
  const rows = layers.map((layer, i) => `  behind layer ${layer}, length ${(lengths[i] as number).toFixed(3)}`);
  return [
    `${name ?? path}${model === undefined ? '' : `, of ${model}`}: ${layers.length === 1 ? 'one direction' : `${layers.length} directions`} of ${hiddenSize} numbers`,
    ...rows,
    ...Object.entries(figures).map(([figure, value]) => `  ${figure} ${Number(value.toFixed(4))}`),
  ].join('\n');
}
