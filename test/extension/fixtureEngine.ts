// A process that speaks the engine's protocol and behaves as the name of the model or the prefix says, to test the supervisor.
import process from 'node:process';
import { type CancellationToken, createMessageConnection, ErrorCodes, ResponseError } from 'vscode-jsonrpc';
import { IPCMessageReader, IPCMessageWriter } from 'vscode-jsonrpc/node';
import * as protocol from '../../engine/host/protocol.ts';

const connection = createMessageConnection(new IPCMessageReader(process), new IPCMessageWriter(process));
const open = new Set<protocol.Role>();
const models = new Map<protocol.Role, protocol.ModelInfo>();

function fail(message: string, data: protocol.ErrorData): never {
  throw new ResponseError(ErrorCodes.InternalError, message, data);
}

async function untilCancelled(token: CancellationToken): Promise<never> {
  await new Promise<void>((resolve) => token.onCancellationRequested(() => resolve()));
  return fail('cancelled', { code: 'cancelled' });
}

connection.onRequest(protocol.Hello, () => ({ version: protocol.PROTOCOL_VERSION, pid: process.pid }));

type Opening = protocol.OpenModelParams & { readonly progressToken: string };

async function openModel({ role, path, name = path, threads, window, progressToken }: Opening, token: CancellationToken) {
  if (path === 'crash') process.kill(process.pid, 'SIGKILL');
  if (path === 'bad') fail('bad: is no model. Choose another.', { code: 'bad-model' });
  if (path === 'big') fail('big: needs too much.', { code: 'not-enough-memory', largestWindow: 512 });
  await connection.sendProgress(protocol.OpeningProgress, progressToken, { stage: 'converting', fraction: 0.5 });
  if (path === 'slow') await untilCancelled(token);
  open.delete(role);
  await connection.sendProgress(protocol.OpeningProgress, progressToken, { stage: 'loading', fraction: 0 });
  if (path === 'heavy') await new Promise(() => undefined);
  if (path === 'bad at last') fail('bad at last: cannot be loaded.', { code: 'runtime' });
  open.add(role);
  const model = {
    path,
    key: path,
    weights: '1',
    name,
    family: 'Llama',
    parameters: 1,
    contextLength: 8,
    reach: { own: 8, unscaled: 8 },
    window,
    largestWindow: 64,
    vocabularySize: 2,
    layers: 1,
    weightBytes: 1,
    memoryBytes: 2,
    device: 'cpu' as const,
    threads,
    fillInTheMiddle: false,
    severalFiles: false,
    loadMs: 1,
    notes: [] as string[],
  };
  models.set(role, model);
  return model;
}

/** The requests that must come before an unload. */
let opening: Promise<unknown> = Promise.resolve();

connection.onRequest(protocol.OpenModel, (params, token) => {
  const model = openModel(params, token);
  opening = model.catch(() => undefined);
  return model;
});

connection.onRequest(protocol.InspectModel, ({ path }) => {
  if (path === 'bad') fail('bad: is no model. Choose another.', { code: 'bad-model' });
  return {
    path,
    name: path,
    family: 'Llama',
    format: 'GGUF' as const,
    storedAs: { F32: 1 },
    parameters: 1,
    contextLength: 8,
    vocabularySize: 2,
    layers: 1,
    fileBytes: 4,
    fillInTheMiddle: false,
    chat: false,
    memory: [],
    freeBytes: 100,
  };
});

connection.onRequest(protocol.UnloadModel, async ({ role }) => {
  await opening;
  open.delete(role);
  return { left: [...open] };
});

connection.onRequest(protocol.Complete, async ({ prefix }, token) => {
  if (!open.has('completion')) fail('nothing is open', { code: 'no-model' });
  if (prefix === 'hang') await untilCancelled(token);
  const model = models.get('completion');
  if (prefix === 'lose the GPU' && model) {
    const changed = { ...model, device: 'wasm' as const, window: model.window / 2, notes: ['The GPU was lost.'] };
    await connection.sendNotification(protocol.ModelChanged, { role: 'completion', model: changed });
  }
  const stats = { promptTokens: 1, reusedTokens: 0, generatedTokens: 1, drafted: 0, accepted: 0, prefillMs: 1, decodeMs: 1 };
  return { text: `after ${prefix}`, finish: 'stop' as const, confidence: 1, marks: [], stats };
});

/** How often it gave way, and whether it does now. */
let given = 0;
let gives = false;

connection.onRequest(protocol.GiveWay, async (_params, token) => {
  given++;
  gives = true;
  await new Promise<void>((resolve) => token.onCancellationRequested(() => resolve()));
  gives = false;
});

connection.onRequest(protocol.Chat, async ({ conversation, progressToken }, token) => {
  if (open.size === 0) fail('nothing is open', { code: 'no-model' });
  const said = conversation.turns.at(-1)?.content[0]?.text ?? '';
  if (said === 'too much') fail('It needs too much.', { code: 'not-enough-memory', largestWindow: 256 });
  const marks = [6, 6 + said.length].map((end) => ({ end, logProbability: -1 }));
  await connection.sendProgress(protocol.AnswerText, progressToken, { text: 'after ', marks: marks.slice(0, 1) });
  if (said === 'hang') await untilCancelled(token);
  while (said === 'be interrupted' && (given === 0 || gives)) await new Promise((resolve) => setTimeout(resolve, 5));
  await connection.sendProgress(protocol.AnswerText, progressToken, { text: said, marks: marks.slice(1) });
  const stats = { promptTokens: 1, reusedTokens: 0, generatedTokens: 2, drafted: 0, accepted: 0, prefillMs: 1, decodeMs: 1 };
  return { text: `after ${said}`, finish: 'stop' as const, confidence: 1, marks: [], stats, budget };
});

const budget = {
  segments: [{ segment: 'message' as const, tokens: 3 }],
  window: 8,
  reserve: 4,
  leftOut: [],
  promptTokens: 3,
  format: 'own' as const,
  cacheBytes: 7,
};

connection.onRequest(protocol.PlanChat, () => budget);

connection.onRequest(protocol.CountTokens, ({ texts }) => texts.map((text) => text.length));

const remembered = new Set<string>();

connection.onRequest(protocol.Remember, ({ documents, gone }) => {
  for (const path of gone) remembered.delete(path);
  for (const { path } of documents) remembered.add(path);
  return { documents: remembered.size, tokens: 0, bytes: 0 };
});

connection.onRequest(protocol.ForgetWorkspace, () => remembered.clear());

connection.onClose(() => process.exit());
connection.listen();
