/** An event of Chromium's trace, as far as it is needed; times are in microseconds. */
export interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  /** Wall time and processor time. */
  readonly dur?: number;
  readonly tdur?: number;
}

/** What the page's main thread did for one frame, in milliseconds of wall time and of processor time. */
export interface Frame {
  readonly wall: number;
  readonly cpu: number;
}

/**
 * The name of a task of the thread, and the event that marks a task as drawing a frame; style, layout and paint follow in the same task.
 */
const TASK = 'RunTask';
const DRAWS = 'BeginMainThreadFrame';

/** When the page set a mark with `performance.mark`. @throws Error where there is no such mark */
export function markOf(events: readonly TraceEvent[], name: string): TraceEvent {
  const found = events.find((event) => event.name === name);
  if (!found) throw new Error(`The trace has no mark "${name}".`);
  return found;
}

/**
 * Frames between two marks of one page. A frame includes everything its thread did since the previous frame, messages and timers as well as
 * drawing, because all of it delays the next picture.
 */
export function framesBetween(events: readonly TraceEvent[], from: string, to: string): Frame[] {
  const own = ownBetween(events, from, to);
  const draws = own.filter(({ name }) => name === DRAWS).map(({ ts }) => ts);
  const frames: Frame[] = [];
  let [wall, cpu, next] = [0, 0, 0];
  for (const { name, ph, ts, dur = 0, tdur = 0 } of own) {
    if (name !== TASK || ph !== 'X') continue;
    wall += dur / 1_000;
    cpu += tdur / 1_000;
    while ((draws[next] ?? Number.POSITIVE_INFINITY) < ts) next++;
    if ((draws[next] ?? Number.POSITIVE_INFINITY) > ts + dur) continue;
    frames.push({ wall, cpu });
    [wall, cpu] = [0, 0];
  }
  return frames;
}

/** Processor time of the page's thread between two of its marks, in milliseconds, including the task that sets the first mark. */
export function busyBetween(events: readonly TraceEvent[], from: string, to: string): number {
  return ownBetween(events, from, to).reduce((sum, { name, tdur = 0 }) => (name === TASK ? sum + tdur / 1_000 : sum), 0);
}

/** Events of the thread that set the marks, in order: all that overlap the time between the marks. */
function ownBetween(events: readonly TraceEvent[], from: string, to: string): TraceEvent[] {
  const [start, end] = [markOf(events, from), markOf(events, to)];
  return events
    .filter(({ pid, tid, ts, dur = 0 }) => pid === start.pid && tid === start.tid && ts + dur >= start.ts && ts <= end.ts)
    .sort((a, b) => a.ts - b.ts);
}

/** The value below which a share of the values lies. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}
