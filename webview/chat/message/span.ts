/** Messages that are drawn: from `from`, up to and without `to`. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** More than fit on a screen, few enough to be drawn at once. */
const PAGE = 30;

export const lastOf = (count: number): Span => ({ from: Math.max(0, count - PAGE), to: count });

export const earlier = ({ from, to }: Span): Span => ({ from: Math.max(0, from - PAGE), to });

export const later = ({ from, to }: Span, count: number): Span => ({ from, to: Math.min(count, to + PAGE) });

/** A span with the message: this one if it has it, else one that begins with it. */
export function withMessage(span: Span, index: number, count: number): Span {
  if (index >= span.from && index < span.to) return span;
  return { from: index, to: Math.min(count, index + PAGE) };
}

/** The span after the messages have changed: one that went up to the end still does. */
export function after(span: Span, before: number, count: number): Span {
  if (count < span.from) return lastOf(count);
  return { from: span.from, to: span.to >= before ? count : Math.min(span.to, count) };
}
