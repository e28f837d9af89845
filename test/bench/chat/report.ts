import { availableParallelism, loadavg } from 'node:os';
import { quantile } from './frames.ts';
import type { Reading } from './stored.ts';
import type { Opening, Streaming } from './traced.ts';

export interface Measured {
  readonly messages: number;
  /** In tokens per second. */
  readonly rate: number;
  readonly read: readonly Reading[];
  readonly openings: readonly Opening[];
  readonly streaming: Streaming;
}

/** What a person notices, in milliseconds: the time to open a conversation, and the 95th percentile of frames. */
const BOUNDS = { open: 1_000, frame: 16 } as const;

const HEAD = `# The chat panel

Written by \`npm run bench:chat -- --write\`. *Opening*: a stored conversation is read and made ready for the panel by the extension, then read,
built and drawn by the page, each time by a store and a page that have not seen it. *Frames*: what the page's thread does from one picture to
the next, answering messages, script, style, layout and paint, while an answer of prose, lists, tables and long code is written below that
conversation, a token at a time, from Chromium's own trace. *Processor* is the time that the thread was running, *clock* what passed meanwhile,
which on a machine that is busy with other things is longer. Median of the openings; the bounds hold for the processor.
`;

export function chatTable(measured: Measured): string {
  const { messages, openings, streaming } = measured;
  const { rate, frames, characters } = streaming;
  const opening = medians(measured);
  const late = lateFrame(streaming);
  return [
    HEAD,
    '| what | processor, ms | clock, ms | bound, ms |',
    '|---|---:|---:|---:|',
    `| reading ${messages} messages | ${shown(opening.read.cpu)} | ${shown(opening.read.wall)} | |`,
    `| drawing them: the last ${openings[0]?.drawn ?? 0} | ${shown(opening.page.cpu)} | ${shown(opening.page.wall)} | |`,
    `| opening, both | ${shown(opening.read.cpu + opening.page.cpu)} | ${shown(opening.read.wall + opening.page.wall)} | ${BOUNDS.open} |`,
    `| frames at ${Math.round(rate)} tokens/s, median | ${shown(quantile(cpus(frames), 0.5))} | ${shown(quantile(walls(frames), 0.5))} | |`,
    `| frames, 95 % | ${shown(late.cpu)} | ${shown(late.wall)} | ${BOUNDS.frame} |`,
    `| frames, longest | ${shown(quantile(cpus(frames), 1))} | ${shown(quantile(walls(frames), 1))} | |`,
    '',
    `${frames.length} frames, ${characters} characters. ${shown(loadavg()[0] ?? 0)} processes at once on ${availableParallelism()} processors.`,
    '',
  ].join('\n');
}

/** The missed bounds, in words. */
export function missed(measured: Measured): string[] {
  const { read, page } = medians(measured);
  const late = lateFrame(measured.streaming);
  return [
    ...(read.cpu + page.cpu < BOUNDS.open ? [] : [`Opening takes ${shown(read.cpu + page.cpu)} ms.`]),
    ...(late.cpu < BOUNDS.frame ? [] : [`Of a hundred frames, five take longer than ${shown(late.cpu)} ms.`]),
  ];
}

interface Times {
  readonly cpu: number;
  readonly wall: number;
}

const cpus = (times: readonly Times[]) => times.map(({ cpu }) => cpu);
const walls = (times: readonly Times[]) => times.map(({ wall }) => wall);

function medians({ read, openings }: Measured): { readonly read: Times; readonly page: Times } {
  const median = (times: readonly Times[]) => ({ cpu: quantile(cpus(times), 0.5), wall: quantile(walls(times), 0.5) });
  return { read: median(read), page: median(openings) };
}

function lateFrame({ frames }: Streaming): Times {
  return { cpu: quantile(cpus(frames), 0.95), wall: quantile(walls(frames), 0.95) };
}

function shown(milliseconds: number): string {
  return milliseconds < 10 ? milliseconds.toFixed(1) : String(Math.round(milliseconds));
}
