import * as vscode from 'vscode';
import { cancelled, isPaddockError, type ModelInfo, PaddockError, parametersInWords } from '../../engine/index.ts';
import type { WindowControls } from '../../webview/protocol/chatWindow.ts';
import type { ChatEngine } from '../chat/chatEngine.ts';
import { controlsOf } from '../chat/windowControls.ts';
import { deviceInWords } from '../deviceWords.ts';
import { openModelIn } from '../readiness.ts';
import type { LanguageModelChatContext } from './context.ts';
import { textOf } from './conversationOf.ts';
import type { ModelInformation, ModelProvider, RequestMessage, ResponseOptions } from './providerApi.ts';
import { checkWhole, limitsOf, requestOf } from './requestOf.ts';
import { tuned } from './tuned.ts';

/** The open model, for VS Code's own chat and for other extensions. */
export class OpenModelProvider implements ModelProvider {
  readonly #engine: ChatEngine;
  readonly #need: LanguageModelChatContext['need'];
  readonly #chat: LanguageModelChatContext['chat'];
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #listeners: readonly { dispose(): void }[];
  #key = '';

  constructor({ engine, need, chat }: Pick<LanguageModelChatContext, 'engine' | 'need' | 'chat'>) {
    this.#engine = engine;
    this.#need = need;
    this.#chat = chat;
    this.#listeners = [
      engine.onDidChangeState(() => this.#onEngine()),
      // The token limits change with it.
      chat.onDidChangeControls(() => this.#changed.fire()),
    ];
    this.#onEngine();
  }

  get onDidChangeLanguageModelChatInformation(): vscode.Event<void> {
    return this.#changed.event;
  }

  provideLanguageModelChatInformation(): ModelInformation[] {
    const model = openModelIn(this.#engine.state);
    return model ? [informationOf(model, this.#controls(model))] : [];
  }

  async provideLanguageModelChatResponse(
    { id }: ModelInformation,
    messages: readonly RequestMessage[],
    { modelOptions = {} }: ResponseOptions,
    progress: vscode.Progress<vscode.LanguageModelTextPart>,
    token: vscode.CancellationToken,
  ): Promise<void> {
    const model = this.#modelOf(id);
    await withSignal(token, async (signal) => {
      await this.#need.ready(signal); // it may rest
      const params = tuned(requestOf(messages, this.#controls(model), modelOptions), this.#chat.dial);
      checkWhole(await this.#engine.planChat(params));
      await this.#engine.chat(params, signal, (piece) => progress.report(new vscode.LanguageModelTextPart(piece)));
    });
  }

  async provideTokenCount({ id }: ModelInformation, text: string | RequestMessage): Promise<number> {
    this.#modelOf(id);
    await this.#need.ready();
    const [tokens] = await this.#engine.countTokens([typeof text === 'string' ? text : textOf(text)]);
    return tokens ?? 0;
  }

  dispose(): void {
    for (const listener of this.#listeners) listener.dispose();
    this.#changed.dispose();
  }

  /** @throws PaddockError `no-model` where another model is open by now, or none */
  #modelOf(id: string): ModelInfo {
    const model = openModelIn(this.#engine.state);
    if (model && model.key === id) return model;
    throw new PaddockError('no-model', 'This model is not open in Paddock any more. Open it again, or choose the one that is.');
  }

  /** As in Paddock's own panel. */
  #controls(model: ModelInfo): WindowControls {
    return this.#chat.controls ?? controlsOf(undefined, model);
  }

  #onEngine(): void {
    const key = openModelIn(this.#engine.state)?.key ?? '';
    if (key === this.#key) return;
    this.#key = key;
    this.#changed.fire();
  }
}

/** Runs something that VS Code can cancel. @throws vscode.CancellationError when it did */
export async function withSignal<T>(token: vscode.CancellationToken, act: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const abort = new AbortController();
  const listener = token.onCancellationRequested(() => abort.abort());
  try {
    if (token.isCancellationRequested) throw cancelled();
    return await act(abort.signal);
  } catch (error) {
    throw isPaddockError(error, 'cancelled') ? new vscode.CancellationError() : error;
  } finally {
    listener.dispose();
  }
}

function informationOf(model: ModelInfo, controls: WindowControls): ModelInformation {
  const { name, family, parameters, device } = model;
  const { input, output } = limitsOf(controls);
  return {
    id: model.key,
    name,
    family,
    version: parametersInWords(parameters),
    tooltip: vscode.l10n.t('Runs on this machine: {0} parameters, on {1}', parametersInWords(parameters), deviceInWords(device)),
    maxInputTokens: input,
    maxOutputTokens: output,
    capabilities: { imageInput: false, toolCalling: false },
  };
}
