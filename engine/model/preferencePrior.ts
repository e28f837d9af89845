import { PaddockError } from '../errors.ts';
import { FEATURES } from '../tuning/preference/features.ts';
import type { Head, HeadName, PreferencePrior } from '../tuning/preference/heads.ts';
import type { ModelFile } from './files.ts';
import { openSafetensors, type SafetensorsFile } from './safetensors.ts';

/** The file's name in a model's folder. */
export const PREFERENCE_FILE = 'preference.safetensors';

const FORMAT = 'paddock-preference 1';

/**
 * Reads the heads that ship with a model; training/preference/prior.py describes the file. `file` is closed with it.
 * @throws PaddockError `bad-model` for a file that is damaged, or not of this format; `unsupported-model` for heads over other features
 */
export async function readPreferencePrior(file: ModelFile): Promise<PreferencePrior> {
  const source = await openSafetensors(file);
  try {
    checkKind(source);
    const vector = (name: string) => vectorOf(source, name, FEATURES.length);
    const head = async (name: HeadName): Promise<Head> => ({
      weight: await vector(`${name}.weight`),
      bias: (await vectorOf(source, `${name}.bias`, 1))[0] as number,
    });
    const scale = await vector('scale');
    if (!scale.every((each) => each > 0)) throw wrong(source, 'a scale is not above 0');
    const heads = { mean: await vector('mean'), scale, helpful: await head('helpful'), safe: await head('safe') };
    const { model_sha256: sha256 } = source.metadata;
    return { heads: { ...heads, unsafeBelow: shareOf(source) }, modelSha256: typeof sha256 === 'string' ? sha256 : '' };
  } finally {
    await source.close();
  }
}

function checkKind(source: SafetensorsFile): void {
  const { format, features } = source.metadata;
  if (format !== FORMAT) throw wrong(source, `its format is ${JSON.stringify(format) ?? 'not told'} instead of "${FORMAT}"`);
  if (isOurs(features)) return;
  throw new PaddockError(
    'unsupported-model',
    `${source.path} is about other features of an answer than this version of Paddock reads. Use the one that comes with its model, or remove it.`,
  );
}

function isOurs(features: unknown): boolean {
  if (typeof features !== 'string') return false;
  try {
    return JSON.stringify(JSON.parse(features)) === JSON.stringify(FEATURES);
  } catch {
    return false;
  }
}

async function vectorOf(source: SafetensorsFile, name: string, length: number): Promise<number[]> {
  if (!source.has(name)) throw wrong(source, `it has no "${name}"`);
  const shape = source.shape(name);
  if (shape.length !== 1 || shape[0] !== length) throw wrong(source, `"${name}" is [${shape}] instead of [${length}]`);
  const values = Array.from(await source.read(name));
  if (!values.every(Number.isFinite)) throw wrong(source, `"${name}" holds values that are not numbers`);
  return values;
}

function shareOf(source: SafetensorsFile): number {
  const share = Number.parseFloat(String(source.metadata.unsafe_below));
  if (share >= 0 && share <= 1) return share;
  throw wrong(source, 'it does not say below which probability an answer is unsafe');
}

function wrong({ path }: SafetensorsFile, why: string): PaddockError {
  return new PaddockError('bad-model', `${path} is not a preference prior of Paddock: ${why}. Copy it again, or remove it.`);
}
