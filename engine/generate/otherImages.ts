import { PaddockError } from '../errors.ts';
import type { Lowering } from '../graph/building.ts';
import { buildDecoder } from '../graph/decoder.ts';
import type { Checkpoint } from '../model/checkpoint.ts';
import type { Device } from '../runtime/backend.ts';
import { type DecoderImage, withGraph } from '../runtime/decoderImage.ts';
import type { OtherImages } from '../runtime/otherGraphs.ts';
import { type ConversionStore, convert } from './conversion.ts';

/** How the graph that is loaded was made. */
interface Loaded {
  readonly lowering: Lowering;
  readonly device: Device;
  readonly image: DecoderImage;
  readonly options: { readonly conversions?: ConversionStore };
}

/**
 * The other graphs of a loaded decoder. Its files are opened again when one is needed, so that nothing of them is held until then; converted
 * weights are shared, because these graphs have them in the places of the plain one.
 */
export function otherImages(
  reopen: () => Promise<Checkpoint>,
  { lowering, device, image, options: { conversions } }: Loaded,
): OtherImages {
  const identity = identityOf(image);
  return async (kind) => {
    const { config, weights, source } = await reopen();
    try {
      const plain = await buildDecoder(config, weights, lowering);
      const again = await convert(source, plain, device, conversions ? { conversions } : {});
      if (!isSame(identity, identityOf(again))) {
        throw new PaddockError('bad-model', `${source.path} has changed since the model was opened. Open it again.`);
      }
      const { model } = await buildDecoder(config, weights, lowering, kind);
      return withGraph(again, model);
    } finally {
      await source.close();
    }
  };
}

/** Identifies a conversion: its path, which is named after the files' content, or else its graph with norms and biases. */
function identityOf(image: DecoderImage): string | Uint8Array {
  return image.kind === 'file' ? image.path : image.model;
}

function isSame(a: string | Uint8Array, b: string | Uint8Array): boolean {
  if (typeof a === 'string' || typeof b === 'string') return a === b;
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
