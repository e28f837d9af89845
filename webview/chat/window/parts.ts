import { type Gauge, SEGMENTS, type Segment } from '../../protocol/chatWindow.ts';

/** A stretch of the bar. */
export interface Part {
  readonly name: Segment | 'free';
  readonly tokens: number;
  /** Of the window, where it may be more than 1. */
  readonly share: number;
}

export interface Bar {
  /** What takes room, in the order of segments, and what is free. */
  readonly parts: readonly Part[];
  readonly used: number;
  /** Tokens from one end of the bar to the other: the window, or more where more is asked for. */
  readonly length: number;
  /** Where the model's training, what its scaling supports and the window end, of the bar's length; undefined where the bar ends first. */
  readonly trainedAt: number | undefined;
  readonly supportedAt: number | undefined;
  readonly windowAt: number | undefined;
}

/** The gauge's figures as a bar. */
export function barOf({ segments, window, trained, supported }: Gauge): Bar {
  const tokensOf = (segment: Segment) =>
    segments.filter((each) => each.segment === segment).reduce((sum, { tokens }) => sum + tokens, 0);
  const taken = SEGMENTS.map((name) => ({ name, tokens: tokensOf(name) })).filter(({ tokens }) => tokens > 0);
  const used = taken.reduce((sum, { tokens }) => sum + tokens, 0);
  const length = Math.max(window, used, 1);
  const all = used < window ? [...taken, { name: 'free' as const, tokens: window - used }] : taken;
  const mark = (tokens: number) => (tokens > 0 && tokens < length ? tokens / length : undefined);
  return {
    parts: all.map((part) => ({ ...part, share: part.tokens / Math.max(1, window) })),
    used,
    length,
    trainedAt: mark(trained),
    supportedAt: mark(supported),
    windowAt: mark(window),
  };
}
