import { expect, it } from 'vitest';
import { after, earlier, lastOf, later, withMessage } from '../../../../webview/chat/message/span.ts';

it('begins with the last messages', () => {
  expect(lastOf(10_000)).toEqual({ from: 9_970, to: 10_000 });
  expect(lastOf(4)).toEqual({ from: 0, to: 4 });
});

it('grows at both ends, up to the first and the last message', () => {
  expect(earlier({ from: 40, to: 70 })).toEqual({ from: 10, to: 70 });
  expect(earlier({ from: 10, to: 70 })).toEqual({ from: 0, to: 70 });
  expect(later({ from: 0, to: 30 }, 100)).toEqual({ from: 0, to: 60 });
  expect(later({ from: 0, to: 30 }, 31)).toEqual({ from: 0, to: 31 });
});

it('goes to a message that is not drawn', () => {
  expect(withMessage({ from: 70, to: 100 }, 80, 100)).toEqual({ from: 70, to: 100 });
  expect(withMessage({ from: 70, to: 100 }, 0, 100)).toEqual({ from: 0, to: 30 });
  expect(withMessage({ from: 0, to: 30 }, 95, 100)).toEqual({ from: 95, to: 100 });
});

it('includes new messages if the last one was drawn', () => {
  expect(after({ from: 0, to: 4 }, 4, 6)).toEqual({ from: 0, to: 6 });
  expect(after({ from: 0, to: 30 }, 100, 102)).toEqual({ from: 0, to: 30 });
  expect(after({ from: 70, to: 100 }, 100, 98)).toEqual({ from: 70, to: 98 });
  expect(after({ from: 70, to: 100 }, 100, 2)).toEqual({ from: 0, to: 2 });
});
