/** Entry point of the engine process: answers the messages of protocol.ts over Node's IPC channel. */
import { type CancellationToken, createMessageConnection, ResponseError } from 'vscode-jsonrpc';
import { IPCMessageReader, IPCMessageWriter } from 'vscode-jsonrpc/node';
import { PaddockError } from '../errors.ts';
import type { OnProgress } from '../generate/conversion.ts';
import { readDirections } from '../storage/directions.ts';
import { describeDirections } from './directionFiles.ts';
import { Engine } from './engine.ts';
import * as protocol from './protocol.ts';
import { TurnsOfHost } from './turnsOnWire.ts';

/** The JSON-RPC code of Paddock's own errors; which one it is stands in `data.code`. */
const SERVER_ERROR = -32000;

const connection = createMessageConnection(new IPCMessageReader(process), new IPCMessageWriter(process));
const engine = new Engine((role, model) => void connection.sendNotification(protocol.ModelChanged, { role, model }));

/** Runs a handler with a signal that follows the request's token, and turns what it throws into a typed error. */
async function answer<T>(token: CancellationToken, handler: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const subscription = token.onCancellationRequested(() => controller.abort());
  try {
    if (token.isCancellationRequested) controller.abort();
    return await handler(controller.signal);
  } catch (error) {
    const typed = error instanceof PaddockError ? error : new PaddockError('runtime', unexpected(error));
    throw new ResponseError<protocol.ErrorData>(SERVER_ERROR, typed.message, { code: typed.code, ...typed.facts });
  } finally {
    subscription.dispose();
  }
}

function unexpected(error: unknown): string {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  void connection.sendNotification(protocol.Log, { level: 'error', message: text });
  return `The engine failed unexpectedly: ${error instanceof Error ? error.message : text}`;
}

/** Reports the progress of opening a model, in visible steps. */
function progressOf(token: string): OnProgress {
  let told = '';
  return (stage, part) => {
    const fraction = Math.round(100 * Math.min(1, part)) / 100;
    const news = `${stage} ${fraction}`;
    if (news === told) return;
    told = news;
    void connection.sendProgress(protocol.OpeningProgress, token, { stage, fraction });
  };
}

/** Sends the other side each piece of text, and its tokens. */
function answerTextOf(token: string): protocol.OnAnswerText {
  return (text, marks) => void connection.sendProgress(protocol.AnswerText, token, { text, marks });
}

connection.onRequest(protocol.Hello, () => ({ version: protocol.PROTOCOL_VERSION, pid: process.pid }));

connection.onRequest(protocol.InspectModel, ({ path }, token) => answer(token, () => engine.inspect(path, engine.roles[0])));

connection.onRequest(protocol.OpenModel, ({ progressToken, ...params }, token) =>
  answer(token, (signal) => engine.open(params, { signal, onProgress: progressOf(progressToken) })),
);

connection.onRequest(protocol.UnloadModel, ({ role }, token) =>
  answer(token, async () => {
    await engine.unload(role);
    return { left: engine.roles };
  }),
);

/** Generations under way that may be ended early with what there is, by progress token. */
const underWay = new Map<string, AbortController>();

connection.onNotification(protocol.Enough, ({ progressToken }) => underWay.get(progressToken)?.abort());

async function untilEnough<T>(progressToken: string, generate: (enough: AbortSignal) => Promise<T>): Promise<T> {
  const enough = new AbortController();
  underWay.set(progressToken, enough);
  try {
    return await generate(enough.signal);
  } finally {
    underWay.delete(progressToken);
  }
}

connection.onRequest(protocol.Complete, ({ progressToken, ...request }, token) =>
  answer(token, (signal) =>
    untilEnough(progressToken, (enough) => engine.complete(request, signal, answerTextOf(progressToken), enough)),
  ),
);

connection.onRequest(protocol.Candidates, (params, token) => answer(token, (signal) => engine.candidates(params, signal)));

connection.onRequest(protocol.GiveWay, (_params, token) => answer(token, (signal) => engine.giveWay(signal)));

connection.onRequest(protocol.Remember, (params, token) => answer(token, () => engine.remember(params)));

connection.onRequest(protocol.ForgetWorkspace, (_params, token) => answer(token, async () => engine.forgetWorkspace()));

connection.onRequest(protocol.ContinueText, ({ progressToken, role, ...request }, token) =>
  answer(token, (signal) =>
    engine.continueText(role, request, signal, (piece) => {
      void connection.sendProgress(protocol.GeneratedText, progressToken, piece);
    }),
  ),
);

connection.onRequest(protocol.Chat, ({ progressToken, ...params }, token) =>
  answer(token, (signal) => engine.chat(params, signal, answerTextOf(progressToken))),
);

connection.onRequest(protocol.AnswerSeveralTimes, ({ progressToken, ...params }, token) =>
  answer(token, (signal) =>
    untilEnough(progressToken, (enough) => {
      const tell = (news: protocol.CandidateNews) => {
        void connection.sendProgress(protocol.CandidateText, progressToken, news);
      };
      return engine.chatCandidates(params, signal, tell, enough);
    }),
  ),
);

const turns = new TurnsOfHost();

connection.onRequest(protocol.PlanChat, ({ conversation, ...params }, token) =>
  answer(token, async () => engine.planChat({ ...params, conversation: turns.whole(conversation) })),
);

connection.onRequest(protocol.CountTokens, ({ texts }, token) => answer(token, async () => engine.countTokens(texts)));

connection.onRequest(protocol.AuditRefusals, ({ progressToken, ...params }, token) =>
  answer(token, (signal) =>
    engine.studies.auditRefusals(
      params,
      (row) => void connection.sendProgress(protocol.AuditedRequest, progressToken, row),
      signal,
    ),
  ),
);

connection.onRequest(protocol.MeasureContext, ({ progressToken, ...params }, token) =>
  answer(token, (signal) =>
    engine.studies.measureContext(
      params,
      (row) => void connection.sendProgress(protocol.MeasuredContext, progressToken, row),
      signal,
    ),
  ),
);

connection.onRequest(protocol.TestRetention, ({ progressToken, ...params }, token) =>
  answer(token, (signal) =>
    engine.studies.testRetention(
      params,
      (row) => void connection.sendProgress(protocol.RetentionFound, progressToken, row),
      signal,
    ),
  ),
);

connection.onRequest(protocol.FindDirection, ({ progressToken, ...params }, token) =>
  answer(token, (signal) =>
    engine.studies.findDirection(
      params,
      signal,
      (part) => void connection.sendProgress(protocol.FindingProgress, progressToken, part),
    ),
  ),
);

connection.onRequest(protocol.DialCrossing, (params, token) =>
  answer(token, async (signal) => (await engine.studies.dialCrossing(params, signal)) ?? null),
);

connection.onRequest(protocol.Refusals, (params, token) => answer(token, (signal) => engine.studies.refusals(params, signal)));

connection.onRequest(protocol.InspectDirections, ({ path }, token) =>
  answer(token, async () => describeDirections(path, await readDirections(path))),
);

// Without its parent the process has no purpose.
process.once('disconnect', () => process.exit(0));
connection.listen();
