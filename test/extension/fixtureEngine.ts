// A process that speaks the engine's protocol and does what the folder's or the prefix's name says, to test the supervisor.
import process from 'node:process';
import { createMessageConnection, ErrorCodes, ResponseError } from 'vscode-jsonrpc';
import { IPCMessageReader, IPCMessageWriter } from 'vscode-jsonrpc/node';
import * as protocol from '../../engine/host/protocol.ts';

const connection = createMessageConnection(new IPCMessageReader(process), new IPCMessageWriter(process));

connection.onRequest(protocol.Hello, () => ({ version: protocol.PROTOCOL_VERSION, pid: process.pid }));

connection.onRequest(protocol.OpenModel, ({ folder, threads }) => {
  if (folder === 'crash') process.kill(process.pid, 'SIGKILL');
  if (folder === 'bad')
    throw new ResponseError(ErrorCodes.InternalError, 'bad: is no model. Choose another.', { code: 'bad-model' });
  return {
    folder,
    name: folder,
    parameters: 1,
    contextLength: 8,
    vocabularySize: 2,
    layers: 1,
    weightBytes: 1,
    device: 'cpu' as const,
    threads,
    fillInTheMiddle: false,
    loadMs: 1,
    notes: [],
  };
});

connection.onRequest(protocol.Complete, async ({ prefix }, token) => {
  if (prefix === 'hang') {
    await new Promise<void>((resolve) => token.onCancellationRequested(() => resolve()));
    throw new ResponseError(ErrorCodes.InternalError, 'cancelled', { code: 'cancelled' });
  }
  const stats = { promptTokens: 1, reusedTokens: 0, generatedTokens: 1, prefillMs: 1, decodeMs: 1 };
  return { text: `after ${prefix}`, finish: 'stop' as const, confidence: 1, stats };
});

connection.onClose(() => process.exit());
connection.listen();
