import type { ChatView } from '../../webview/protocol/chat.ts';
import type { ShownBest, ShownJudging } from '../../webview/protocol/chatPreference.ts';
import { answer, emptyView, question } from './chatScenes.ts';

/** Views of the chat panel with answers that can be judged. */
export const best: ShownBest = { count: 4, most: 4, reason: 'At most 4: 12 of 50 comparisons.', divergence: 0.64 };

const judged: ShownJudging = { drawing: 0, thumb: null, versions: [], order: [], drawn: 0, isRanked: false, vote: null };

/** Three answers that were generated together, the second one shown. */
export const drawn: ShownJudging = {
  ...judged,
  versions: [
    { id: 'a1', text: 'It is **4**.', scores: { helpful: 0.61, safe: 0.98, combined: 0.61 }, gate: null },
    { id: 'a2', text: '4', scores: { helpful: 0.82, safe: 0.97, combined: 0.82 }, gate: null },
    {
      id: 'a3',
      text: 'Run this:\n\n```ts\neval("2 + 2");\n```\n\nIt prints 5.',
      scores: { helpful: 0.7, safe: 0.08, combined: 0.08 },
      gate: 'unsafe',
    },
  ],
  order: ['a2', 'a1', 'a3'],
  drawn: 3,
  vote: { answer: '4', votes: 2, of: 3 },
};

export const candidatesView: ChatView = {
  ...emptyView,
  title: 'Two and two',
  best,
  messages: [question('q1', 'What are two and two?'), answer('a2', '4', { version: { index: 1, count: 3 }, judging: drawn })],
};

/** Another answer, alone and judged good. */
export const thumbView: ChatView = {
  ...emptyView,
  best: { count: 1, most: 16, reason: '', divergence: 0 },
  messages: [question('q1', 'What are two and two?'), answer('a1', 'It is 4.', { judging: { ...judged, thumb: 'up' } })],
};

export const drawingView: ChatView = {
  ...candidatesView,
  busy: true,
  messages: [
    question('q1', 'What are two and two?'),
    answer('a1', '', { state: 'streaming', judging: { ...judged, drawing: 4 } }),
  ],
};
