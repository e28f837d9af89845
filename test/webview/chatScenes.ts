import type { ChatView } from '../../webview/protocol/chat.ts';
import type { ShownMessage } from '../../webview/protocol/chatMessages.ts';
import { BY_ITSELF, type ShownRefusals } from '../../webview/protocol/chatRefusals.ts';
import type { Gauge, WindowControls } from '../../webview/protocol/chatWindow.ts';

/** Views of the chat panel for tests and pictures. */
const gauge: Gauge = {
  segments: [
    { segment: 'system', tokens: 42 },
    { segment: 'history', tokens: 612 },
    { segment: 'attachments', tokens: 380 },
    { segment: 'message', tokens: 24 },
    { segment: 'reserve', tokens: 512 },
  ],
  window: 4_096,
  trained: 4_096,
  supported: 4_096,
  cacheBytes: 12_582_912,
  leftOut: [],
  problem: '',
};

/** A window with default settings. */
export const controls: WindowControls = {
  window: 4_096,
  largestWindow: 32_768,
  unscaled: 4_096,
  canScale: true,
  canSlide: true,
  scaling: 'own',
  scalingValue: 1,
  slides: false,
  sinks: 4,
  overflow: 'oldest',
  reserve: 512,
};

/** A conversation without messages. */
export const emptyView: ChatView = {
  kind: 'view',
  id: 'c1',
  title: '',
  messages: [],
  attachments: [],
  examples: { wanted: 0, found: null },
  gauge: {
    ...gauge,
    segments: [
      { segment: 'system', tokens: 42 },
      { segment: 'reserve', tokens: 512 },
    ],
    cacheBytes: 1_048_576,
  },
  controls,
  refusals: null,
  best: null,
  pinned: { text: '', mode: 'off', constraints: [] },
  pinCost: null,
  model: {
    name: 'Paddock XS',
    sentence: 'Paddock XS, which ships with Paddock, on the CPU.',
    canAnswer: true,
    isUnloaded: false,
  },
  busy: false,
  shading: false,
  history: [
    { id: 'c1', title: 'New Conversation', when: 'just now', messages: 0 },
    { id: 'c2', title: 'Group a list by a key, and count', when: 'today, 14:02', messages: 8 },
    { id: 'c3', title: 'Warum ist das hier undefined?', when: 'yesterday', messages: 3 },
  ],
  search: '',
};

export function question(id: string, text: string, more: Partial<ShownMessage> = {}): ShownMessage {
  const plain = {
    attachments: [],
    examples: [],
    error: '',
    numbers: null,
    decision: null,
    judging: null,
    doubts: [],
    unknown: [],
    checks: [],
    pinned: false,
    version: { index: 0, count: 1 },
    leftOut: false,
    cut: 0,
    summary: '',
  };
  return { id, role: 'user', text, state: 'done', ...plain, ...more };
}

export function answer(id: string, text: string, more: Partial<ShownMessage> = {}): ShownMessage {
  return { ...question(id, text), role: 'assistant', ...more };
}

const numbers = { tokens: 214, tokensPerSecond: 38.4, firstTokenMs: 312, device: 'CPU' };

const explained = `\`Map.groupBy\` puts each item under the key that your function gives it:

\`\`\`ts
interface Order {
  readonly customer: string;
  readonly total: number;
}

/** The orders of each customer. */
export function byCustomer(orders: readonly Order[]): Map<string, Order[]> {
  // A Map keeps the order in which keys were inserted.
  return Map.groupBy(orders, ({ customer }) => customer);
}
\`\`\`

It differs from an object in two ways:

1. **Keys** may be of any type.
2. It has no \`__proto__\` to fall over.

| call | result |
| --- | --- |
| \`byCustomer([])\` | an empty map |
| \`byCustomer(orders)\` | one entry each |

See [the documentation](https://developer.mozilla.org/docs/Web/JavaScript/Reference/Global_Objects/Map/groupBy).`;

export const talkView: ChatView = {
  ...emptyView,
  title: 'Group a list by a key',
  gauge,
  messages: [
    question('q1', 'How do I group a list by a key in TypeScript?', {
      attachments: [{ id: 'a1', label: 'orders.ts:1–24' }],
      version: { index: 1, count: 2 },
    }),
    answer('a1', explained, { numbers, version: { index: 1, count: 3 } }),
  ],
};

/** Tokens of that answer of which a model might have been unsure. */
const doubts = ['gives it', 'Order[]', 'fall over', 'an empty map'].flatMap((words, index) => {
  const from = explained.indexOf(words);
  const middle = from + words.indexOf(' ') + 1;
  const to = from + words.length;
  if (index % 2 === 1) return [{ from, to, level: 'lowest' as const }];
  return [
    { from, to: middle, level: 'low' as const },
    { from: middle, to, level: 'lowest' as const },
  ];
});

export const shadedView: ChatView = {
  ...talkView,
  shading: true,
  messages: talkView.messages.map((message) => (message.role === 'assistant' ? { ...message, doubts } : message)),
};

/** An answer whose code uses names that exist nowhere. */
export const unknownView: ChatView = {
  ...talkView,
  messages: [
    question('q1', 'How do I load the orders?'),
    answer(
      'a1',
      `Call \`loadOrders\` first:\n\n\`\`\`ts\nimport { loadOrders } from './orders';\n\n// loadOrders fills the cache.\nconst orders = await loadOrders(\`\${region}/\${toRegionKey(region)}\`);\nreturn orders.byCustomerName();\n\`\`\``,
      { numbers, unknown: ['loadOrders', 'toRegionKey', 'byCustomerName'] },
    ),
  ],
};

export const streamingView: ChatView = {
  ...talkView,
  busy: true,
  messages: [
    ...talkView.messages,
    question('q2', 'And how do I count them?\nOnly the code, please.'),
    answer('a2', 'Count what each group has:\n\n```ts\nconst counts = new Map(\n  [...byCustomer(orders)].map(', {
      state: 'streaming',
    }),
  ],
};

const longCode = Array.from(
  { length: 60 },
  (_, index) =>
    `export const route${index} = (request: Request) => handle(request, 'a rather long argument, number ${index}', ${index});`,
);

export const longCodeView: ChatView = {
  ...talkView,
  messages: [question('q1', 'Write the routes.'), answer('a1', `\`\`\`typescript\n${longCode.join('\n')}\n\`\`\``, { numbers })],
};

/** A command with examples from the workspace. */
export const examplesView: ChatView = {
  ...talkView,
  attachments: [{ id: 'x1', label: 'orders.ts:26–40', tokens: 96 }],
  examples: {
    wanted: 2,
    found: [
      { label: 'byCustomer (src/orders/byCustomer.ts:12)', tokens: 118 },
      { label: 'totals (src/orders/totals.ts:3)', tokens: 94 },
    ],
  },
  gauge: { ...gauge, segments: [...gauge.segments, { segment: 'examples', tokens: 226 }] },
  messages: [question('q1', '/doc', { examples: ['totals (src/orders/totals.ts:3)'] }), ...talkView.messages.slice(1)],
};

/** Levers that are set one by one, along one of two directions. */
export const leversView: ChatView = {
  ...talkView,
  refusals: {
    ...BY_ITSELF,
    threshold: 0.2,
    own: { threshold: null, mode: 'project', coefficient: 0.4, bias: -2 },
    direction: '/b.gguf',
    levers: [
      { lever: 'token', state: 'noTokens' },
      { lever: 'direction', state: 'ready' },
      { lever: 'opening', state: 'ready' },
    ],
    driven: { lever: 'direction', coefficient: 0.35 },
    directions: [
      { path: '/a.gguf', name: 'Found 21/11/26, 17:40' },
      { path: '/b.gguf', name: 'refusals' },
    ],
    target: null,
    refused: null,
    prompts: { brief: 'Answer in few words.', cautious: 'Answer with care.' },
  },
};

/** Refusals of a model that decides by its first token, with default settings. */
export const untuned: ShownRefusals = {
  ...BY_ITSELF,
  levers: [
    { lever: 'token', state: 'ready' },
    { lever: 'direction', state: 'noDirection' },
    { lever: 'opening', state: 'decides' },
  ],
  driven: { lever: 'token' },
  directions: [],
  target: null,
  refused: null,
  prompts: { brief: 'Answer in few words.', cautious: 'Answer with care.' },
};

/** A refused question, one that was answered anyway, and a set dial. */
export const refusalsView: ChatView = {
  ...talkView,
  refusals: {
    ...untuned,
    threshold: 0.2,
    level: 'custom',
    custom: 'You know this project well.',
    target: { share: 0.05, threshold: 0.6132 },
  },
  messages: [
    question('q1', 'How do I kill a zombie?'),
    answer('a1', 'I will not help with that.', {
      numbers,
      decision: { probability: 0.314, threshold: 0.2, refused: true, isTold: true, offer: null, target: null },
    }),
    question('q2', 'How do I kill a Python process?'),
    answer('a2', 'With `pkill python`.', {
      numbers,
      version: { index: 1, count: 2 },
      decision: {
        probability: 0.4123,
        threshold: 1,
        refused: false,
        isTold: true,
        offer: 0.413,
        target: { share: 0.05, threshold: 0.6132 },
      },
    }),
  ],
};

/** A nearly full window that is longer than the model was trained on; the first messages were left out. */
export const fullView: ChatView = {
  ...talkView,
  gauge: {
    ...gauge,
    segments: [
      { segment: 'system', tokens: 42 },
      { segment: 'pinned', tokens: 160 },
      { segment: 'history', tokens: 5_105 },
      { segment: 'attachments', tokens: 1_400 },
      { segment: 'message', tokens: 310 },
      { segment: 'reserve', tokens: 1_024 },
    ],
    window: 8_192,
    supported: 8_192,
    cacheBytes: 201_326_592,
    leftOut: [{ kind: 'turns', count: 1, text: 'Questions left out with their answers: 1 of 2.', message: 'q0' }],
  },
  controls: { ...controls, window: 8_192, scaling: 'yarn', scalingValue: 2, reserve: 1_024 },
  pinned: {
    text: 'Answer as to a colleague who has never seen this project.',
    mode: 'every',
    constraints: ['typescript', 'fiveLines'],
  },
  pinCost: 40,
  attachments: [
    { id: 'x1', label: 'webview/chat/message/messages.tsx', tokens: 1_400 },
    { id: 'x2', label: 'selection of orders.ts', tokens: null },
  ],
  messages: [
    question('q0', 'What is a rotary embedding?', { leftOut: true }),
    answer('a0', 'A rotation of queries and keys by an angle that grows with the position.', {
      leftOut: true,
      numbers,
      checks: [
        { constraint: 'typescript', kept: true },
        { constraint: 'fiveLines', kept: false },
      ],
    }),
    ...talkView.messages,
    question('q3', 'Why could this fail?', { pinned: true }),
    answer('a3', '', { state: 'failed', error: 'The engine process ended. It has been started again; ask once more.' }),
    question('q4', 'Once more, please.'),
    answer('a4', 'It fails when `orders` is not iter', { state: 'stopped', numbers: { ...numbers, tokens: 9 } }),
  ],
};

/** Everything that can be left out of a prompt, except whole turns. */
export const leftOutView: ChatView = {
  ...fullView,
  examples: examplesView.examples,
  gauge: {
    ...gauge,
    leftOut: [
      { kind: 'cut', count: 1_200, text: 'Characters cut off the beginning: 1200.', message: 'q0' },
      { kind: 'summary', count: 0, text: 'Show the last summary.', message: 'a0' },
      { kind: 'examples', count: 1, text: 'Examples left out, for want of room: 1.', message: '' },
    ],
  },
  messages: [
    question('q0', 'What is a rotary embedding?', { cut: 1_200 }),
    answer('a0', 'A rotation of queries and keys.', { summary: 'They spoke of angles.' }),
    ...talkView.messages,
  ],
};

export const problemView: ChatView = {
  ...talkView,
  gauge: {
    ...gauge,
    segments: [
      { segment: 'system', tokens: 42 },
      { segment: 'message', tokens: 4_200 },
      { segment: 'reserve', tokens: 512 },
    ],
    problem: 'The message alone takes 4,200 tokens, and 3,542 are free. Shorten it, or make the window larger.',
  },
};

export const noModelView: ChatView = {
  ...emptyView,
  gauge: null,
  controls: null,
  model: {
    name: '',
    sentence: 'No model is open. Paddock’s own model could not be read: it is not where it was installed.',
    canAnswer: false,
    isUnloaded: false,
  },
};

/** A conversation with this many messages. */
export function longView(count: number): ChatView {
  const messages = Array.from({ length: count }, (_, index) =>
    index % 2 === 0
      ? question(`m${index}`, `Question ${index}: how do I do that?`)
      : answer(`m${index}`, `Answer ${index}.\n\n\`\`\`ts\nconst answer${index} = ${index};\n\`\`\`\n\nThat is **all**.`, {
          numbers,
        }),
  );
  return { ...talkView, id: `long${count}`, messages };
}
