import * as vscode from 'vscode';

/** The part used here of VS Code's interface for language models from extensions. It exists since 1.104, so older editors lack it. */
export interface ModelInformation {
  readonly id: string;
  readonly name: string;
  readonly family: string;
  readonly version: string;
  readonly tooltip: string;
  readonly maxInputTokens: number;
  readonly maxOutputTokens: number;
  readonly capabilities: { readonly imageInput: boolean; readonly toolCalling: boolean };
}

export interface RequestMessage {
  /** As of `LanguageModelChatMessageRole`. */
  readonly role: number;
  readonly content: string | readonly unknown[];
}

export interface ResponseOptions {
  readonly modelOptions?: Readonly<Record<string, unknown>>;
}

export interface ModelProvider {
  readonly onDidChangeLanguageModelChatInformation: vscode.Event<void>;
  provideLanguageModelChatInformation(): ModelInformation[];
  provideLanguageModelChatResponse(
    model: ModelInformation,
    messages: readonly RequestMessage[],
    options: ResponseOptions,
    progress: vscode.Progress<vscode.LanguageModelTextPart>,
    token: vscode.CancellationToken,
  ): Promise<void>;
  provideTokenCount(model: ModelInformation, text: string | RequestMessage): Promise<number>;
}

type Register = (vendor: string, provider: ModelProvider) => vscode.Disposable;

/** Registers a provider of models; nothing happens where VS Code knows of none. @returns undefined then */
export function registerModelProvider(vendor: string, provider: ModelProvider): vscode.Disposable | undefined {
  const lm = vscode.lm as (typeof vscode.lm & { readonly registerLanguageModelChatProvider?: Register }) | undefined;
  return lm?.registerLanguageModelChatProvider?.(vendor, provider);
}
