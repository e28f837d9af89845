import { writeFileSync } from 'node:fs';
import { isPaddockError } from '../../engine/errors.ts';
import type { ModelFile } from '../../engine/model/files.ts';
import { peakBytes } from './peakMemory.ts';
import { Random } from './random.ts';

/** Number of cases of each kind: few in `npm test`, as many as `PADDOCK_FUZZ` says in a long run. */
export const FUZZ_CASES = Number(process.env.PADDOCK_FUZZ ?? 300);

/** Added to every seed, to get other cases than those of `npm test`. */
const OTHER_SEED = Number(process.env.PADDOCK_FUZZ_SEED ?? 0);

/** What one spoiled input may cost: seconds of processor time (so that a busy machine fails no test), and bytes. */
const MAX_SECONDS = 1;
const MAX_BYTES = 256 * 2 ** 20;

export interface FuzzResult {
  /** How many cases were read in spite of the damage, and how many were refused with a `PaddockError`. */
  readonly opened: number;
  readonly refused: number;
}

/**
 * Spoils an input `cases` times and uses it. Case i of a seed is always the same.
 * @param spoil makes the input of one case
 * @param use reads all of it; a `PaddockError` is the right answer to damage
 * @throws Error that names the case if it ends in any other error, takes over a second of processor time or over 256 MB
 */
export async function fuzz<Input>(
  seed: number,
  spoil: (random: Random) => Input,
  use: (input: Input) => unknown,
  cases = FUZZ_CASES,
): Promise<FuzzResult> {
  let refused = 0;
  for (let i = 0; i < cases; i++) {
    const input = spoil(new Random((seed + OTHER_SEED) * 1_000_003 + i));
    const before = expenses('reset');
    let failure: unknown;
    try {
      await use(input);
    } catch (error) {
      failure = error;
    }
    const which = `Case ${i} of seed ${seed + OTHER_SEED}`;
    if (isPaddockError(failure)) refused++;
    else if (failure !== undefined) throw new Error(`${which} ends in ${failure}.`, { cause: failure });
    const after = expenses();
    const seconds = after.seconds - before.seconds;
    const bytes = after.peak - before.resident;
    if (seconds > MAX_SECONDS) throw new Error(`${which} took ${seconds.toFixed(2)} s of processor time.`);
    if (bytes > MAX_BYTES) throw new Error(`${which} took ${Math.round(bytes / 2 ** 20)} MB.`);
  }
  return { opened: cases - refused, refused };
}

/**
 * What the process has used.
 * @param reset the peak begins anew, as far as the system can do that: elsewhere only a new record of the whole process shows
 */
function expenses(reset?: 'reset'): { seconds: number; peak: number; resident: number } {
  const { user, system } = process.cpuUsage();
  if (reset && process.platform === 'linux') writeFileSync('/proc/self/clear_refs', '5');
  return { seconds: (user + system) / 1e6, peak: peakBytes(), resident: process.memoryUsage.rss() };
}

/** False sizes, counts and offsets: around the limits of the integer types and of memory. */
const LIES = [
  0n,
  1n,
  7n,
  255n,
  65_536n,
  2n ** 24n,
  2n ** 31n - 1n,
  2n ** 31n,
  2n ** 32n - 1n,
  2n ** 40n,
  2n ** 53n,
  2n ** 63n,
  2n ** 64n - 1n,
];

/**
 * A copy of a file with one to three faults in bytes `[0, end)`: flipped bits, false integers, or bytes that were removed, inserted,
 * repeated or zeroed. One copy in six is cut off at a random place.
 */
export function spoilBytes(whole: Uint8Array, random: Random, end = whole.length): Uint8Array<ArrayBuffer> {
  if (random.below(6) === 0) return Uint8Array.from(whole.subarray(0, random.below(whole.length)));
  let bytes: Uint8Array<ArrayBuffer> = Uint8Array.from(whole);
  for (let faults = 1 + random.below(3); faults > 0; faults--) {
    const at = random.below(Math.max(1, Math.min(end, bytes.length)));
    const length = Math.min(1 + random.below(16), bytes.length - at);
    bytes = spoilOnce(bytes, at, length, random);
  }
  return bytes;
}

function spoilOnce(bytes: Uint8Array<ArrayBuffer>, at: number, length: number, random: Random): Uint8Array<ArrayBuffer> {
  const part = bytes.slice(at, at + length);
  switch (random.below(7)) {
    case 0:
      bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8));
      return bytes;
    case 1:
      return lie(bytes, at, 4, random);
    case 2:
    case 3:
      return lie(bytes, at, 8, random);
    case 4:
      return joined(bytes.subarray(0, at), bytes.subarray(at + length)); // cut out
    case 5:
      return joined(bytes.subarray(0, at), part, bytes.subarray(at)); // repeated
    default:
      return bytes.fill(random.below(2) * 255, at, at + length);
  }
}

function lie(bytes: Uint8Array<ArrayBuffer>, at: number, size: 4 | 8, random: Random): Uint8Array<ArrayBuffer> {
  if (at + size > bytes.length) return bytes;
  const value = LIES[random.below(LIES.length)] as bigint;
  const view = new DataView(bytes.buffer);
  if (size === 8) view.setBigUint64(at, value, true);
  else view.setUint32(at, Number(BigInt.asUintN(32, value)), true);
  return bytes;
}

function joined(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(Buffer.concat(parts));
}

/** JSON values that may stand where another type is expected. */
const STRANGE: readonly unknown[] = [
  null,
  true,
  '',
  'x'.repeat(5000),
  '../../etc/passwd',
  '__proto__',
  0,
  -1,
  0.5,
  1e9,
  2 ** 53,
  1e308,
  -1e308,
  [],
  {},
  [[[[]]]],
  [null],
  { constructor: 1 },
];

/** A copy of a JSON value in which one to three places were dropped, repeated, or replaced by an unexpected value. */
export function spoilJson(whole: unknown, random: Random): unknown {
  const root = { whole: structuredClone(whole) };
  for (let faults = 1 + random.below(3); faults > 0; faults--) {
    const places = [...placesOf(root)];
    const place = places[random.below(places.length)];
    if (!place) break;
    const [holder, key] = place;
    const kind = random.below(4);
    if (kind === 0 && holder !== root) delete holder[key];
    else if (kind === 1 && typeof holder[key] === 'number')
      holder[key] = Number(LIES[random.below(LIES.length)]) * (random.below(4) ? 1 : -1);
    else if (kind === 2) holder[key] = structuredClone(places[random.below(places.length)]?.[0]);
    else holder[key] = structuredClone(STRANGE[random.below(STRANGE.length)]);
  }
  return root.whole;
}

type Holder = Record<string, unknown>;

function* placesOf(value: unknown): Generator<[holder: Holder, key: string]> {
  if (typeof value !== 'object' || value === null) return;
  const holder = value as Holder;
  for (const key of Object.keys(holder)) {
    yield [holder, key];
    yield* placesOf(holder[key]);
  }
}

/** A file in memory. Reading beyond its end is an error of the reader, and throws. */
export function fileOf(bytes: Uint8Array, path = 'memory'): ModelFile {
  return {
    path,
    size: bytes.length,
    async read(offset, length) {
      if (!(offset >= 0 && length >= 0 && offset + length <= bytes.length)) throw new RangeError(`${offset} + ${length}`);
      return new Uint8Array(bytes.subarray(offset, offset + length));
    },
    close: async () => {},
  };
}
