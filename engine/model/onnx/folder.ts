import { PaddockError } from '../../errors.ts';
import type { Fields } from '../fields.ts';
import type { ModelFile, ModelFolder } from '../files.ts';
import { isFileName } from './externalData.ts';
import { type DecoderInterface, decoderInterface, type EncoderInterface, encoderInterface, Names } from './interface.ts';
import { genaiSettings, type OnnxSettings, readFields, transformersSettings } from './settings.ts';
import { readSkeleton, type Skeleton } from './skeleton.ts';
import { bytesOf, findVariants, type OnnxVariant, sizeOf, type VariantFiles } from './variants.ts';
import { countParameters, storedAs } from './weights.ts';

/** One graph on disk, read without its weights. */
export interface GraphFile {
  /** Path on this machine's disk. */
  readonly path: string;
  readonly skeleton: Skeleton;
  /** Files its weights lie in: the name the graph uses, and where that is in the folder. */
  readonly external: readonly { readonly name: string; readonly inFolder: string }[];
  /** Bytes of the graph and of these files. */
  readonly bytes: number;
  open(): Promise<ModelFile>;
}

/** The graphs of one form of a model, checked. */
export interface OnnxGraphs {
  readonly folder: ModelFolder;
  readonly settings: OnnxSettings;
  readonly variant: OnnxVariant;
  readonly decoder: GraphFile & { readonly io: DecoderInterface };
  readonly next?: GraphFile & { readonly io: DecoderInterface };
  readonly encoder?: GraphFile & { readonly io: EncoderInterface };
  readonly layers: number;
  readonly vocabularySize: number;
  /** Numbers the model learned, as far as the graphs tell. */
  readonly parameters: number;
  /** Bytes of all graphs and of the files their weights lie in. */
  readonly weightBytes: number;
  /** How most weights are stored, in words: `4-bit blocks of 32`, `int8`, `float16`. */
  readonly storedAs: string;
}

/** A folder with a model as ONNX graphs. */
export interface OnnxModel {
  readonly folder: ModelFolder;
  readonly layout: 'transformers.js' | 'genai';
  readonly kind: 'decoder' | 'encoder-decoder';
  readonly settings: OnnxSettings;
  /** At least one. */
  readonly variants: readonly OnnxVariant[];
  /**
   * Reads the graphs of a form, without their weights. Nothing they refer to lies outside the folder.
   * @throws PaddockError `bad-model` or `unsupported-model`, naming the file
   */
  read(variant: OnnxVariant): Promise<OnnxGraphs>;
}

/**
 * Opens a folder that Transformers.js (`onnx/model*.onnx`) or onnxruntime-genai (`genai_config.json`) reads.
 * @returns undefined when there is no ONNX graph in it
 * @throws PaddockError `bad-model` or `unsupported-model` when its configuration is wrong
 */
export async function openOnnxFolder(folder: ModelFolder): Promise<OnnxModel | undefined> {
  const genai = await readFields(folder, 'genai_config.json');
  if (genai) return genaiModel(folder, genai);
  const variants = await findVariants(folder);
  if (variants.length === 0) return undefined;
  const config = await readFields(folder, 'config.json');
  if (!config) throw new PaddockError('bad-model', `${folder.path}/config.json is missing. Copy the whole model folder again.`);
  const settings = transformersSettings(config, await readFields(folder, 'generation_config.json'));
  return model(folder, 'transformers.js', settings, variants, { decoder: new Names(), encoder: new Names() });
}

async function genaiModel(folder: ModelFolder, config: Fields): Promise<OnnxModel> {
  const settings = genaiSettings(config);
  const sections = config.inner('model') as Fields;
  const [decoder, encoder] = [sections.inner('decoder'), sections.inner('encoder')];
  if (decoder?.get('pipeline') !== undefined) {
    throw new PaddockError(
      'unsupported-model',
      `${config.where} cuts the decoder into several graphs; Paddock reads those with one.`,
    );
  }
  const name = (fields: Fields | undefined) => {
    const file = fields?.text('filename') ?? 'model.onnx';
    if (isFileName(file) && file.endsWith('.onnx')) return file;
    throw new PaddockError(
      'bad-model',
      `${config.where} names the graph ${JSON.stringify(file.slice(0, 100))}; it must be an .onnx file beside it.`,
    );
  };
  const files: VariantFiles = { decoder: name(decoder), ...(encoder && { encoder: name(encoder) }) };
  const bytes = await bytesOf(files, (graph) => sizeOf(folder, graph));
  const names = (fields: Fields | undefined) => new Names(fields?.inner('inputs'), fields?.inner('outputs'));
  return model(folder, 'genai', settings, [{ name: 'given', files, bytes }], {
    decoder: names(decoder),
    encoder: names(encoder),
  });
}

function model(
  folder: ModelFolder,
  layout: OnnxModel['layout'],
  settings: OnnxSettings,
  variants: readonly OnnxVariant[],
  names: { readonly decoder: Names; readonly encoder: Names },
): OnnxModel {
  const kind = variants.some(({ files }) => files.encoder) ? 'encoder-decoder' : 'decoder';
  // Choosing a device reads a form, and so does loading it.
  const known = new Map<OnnxVariant, Promise<OnnxGraphs>>();
  const read = (variant: OnnxVariant) => {
    const graphs = known.get(variant) ?? readGraphs(folder, settings, variant, names);
    known.set(variant, graphs);
    return graphs;
  };
  return { folder, layout, kind, settings, variants, read };
}

async function readGraphs(
  folder: ModelFolder,
  settings: OnnxSettings,
  variant: OnnxVariant,
  names: { readonly decoder: Names; readonly encoder: Names },
): Promise<OnnxGraphs> {
  const { files } = variant;
  const readDecoder = async (name: string) => {
    const graph = await readGraph(folder, name);
    return { ...graph, io: decoderInterface(graph.skeleton, settings, names.decoder, graph.path) };
  };
  const decoder = await readDecoder(files.decoder);
  const next = files.next === undefined ? undefined : await readDecoder(files.next);
  const encoderGraph = files.encoder === undefined ? undefined : await readGraph(folder, files.encoder);
  const encoder = encoderGraph && {
    ...encoderGraph,
    io: encoderInterface(encoderGraph.skeleton, names.encoder, encoderGraph.path),
  };
  const skeletons = [decoder, ...(encoder ? [encoder] : [])].map(({ skeleton }) => skeleton);
  const vocabularySize = decoder.io.logits.vocabulary ?? settings.vocabularySize;
  if (vocabularySize === undefined) {
    throw new PaddockError(
      'bad-model',
      `Neither ${decoder.path} nor the configuration beside it says how large the vocabulary is.`,
    );
  }
  return {
    folder,
    settings,
    variant,
    decoder,
    ...(next && { next }),
    ...(encoder && { encoder }),
    layers: new Set(decoder.io.states.map(({ slot }) => slot.split('.')[0])).size,
    vocabularySize,
    parameters: countParameters(skeletons),
    weightBytes: decoder.bytes + (next?.bytes ?? 0) + (encoder?.bytes ?? 0),
    storedAs: storedAs(skeletons),
  };
}

/** Reads a graph and checks that what it refers to exists, complete and in the same folder. */
async function readGraph(folder: ModelFolder, name: string): Promise<GraphFile> {
  const open = () => folder.openFile(name);
  const file = await open();
  let skeleton: Skeleton;
  try {
    skeleton = await readSkeleton(file);
  } finally {
    await file.close();
  }
  const place = name.slice(0, name.lastIndexOf('/') + 1);
  const external: { name: string; inFolder: string }[] = [];
  let bytes = file.size;
  for (const [part, end] of skeleton.external.files) {
    const inFolder = `${place}${part}`;
    const beside = await folder.openFile(inFolder);
    await beside.close();
    if (beside.size < end) {
      throw new PaddockError(
        'bad-model',
        `${beside.path} is cut short: it has ${beside.size} bytes, ${end} are needed. Copy it again.`,
      );
    }
    external.push({ name: part, inFolder });
    bytes += beside.size;
  }
  return { path: `${folder.path}/${name}`, skeleton, external, bytes, open };
}
