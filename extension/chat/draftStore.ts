import { inWords } from '../../engine/index.ts';
import { isListOf } from '../../webview/protocol/guards.ts';
import { readJson } from '../storage/readJson.ts';
import { SharedFile } from '../storage/sharedFile.ts';
import type { Attachment } from './conversation.ts';
import { isAttachment } from './storedConversation.ts';

type Attachments = readonly Attachment[];

/** What is attached to a message that is not sent yet, in a file of the workspace: too much for what VS Code remembers by itself. */
export class DraftStore {
  readonly #file: SharedFile<Attachments>;
  readonly #warn: (message: string) => void;
  #latest: Attachments = [];
  #writing: Promise<void> = Promise.resolve();

  /** @param file ends in `.json`; made when something is to be kept */
  constructor(file: string, warn: (message: string) => void) {
    const format = { parse: (text: string) => readJson(text, isListOf(isAttachment)), serialize: JSON.stringify };
    this.#file = new SharedFile<Attachments>(file, format, (aside) =>
      warn(`What was attached cannot be understood. It is kept as ${aside}.`),
    );
    this.#warn = warn;
  }

  /** What was attached when it was kept last. Never rejects: the log says what cannot be read. */
  read(): Promise<Attachments> {
    const reading = this.#read();
    // Nothing is written over what is not read yet.
    this.#writing = this.#writing.then(() => reading.then(() => undefined));
    return reading;
  }

  /** Keeps this in place of what was there: the last state of those that come while one is being written. */
  keep(attachments: Attachments): void {
    this.#latest = attachments;
    this.#writing = this.#writing.then(() => this.#write(attachments));
  }

  /** Waits until all is written; never rejects. */
  flush(): Promise<void> {
    return this.#writing;
  }

  async #read(): Promise<Attachments> {
    try {
      return (await this.#file.readOrSetAside()) ?? [];
    } catch (error) {
      this.#warn(`What was attached cannot be read: ${inWords(error)}`);
      return [];
    }
  }

  async #write(attachments: Attachments): Promise<void> {
    if (attachments !== this.#latest) return;
    try {
      if (attachments.length === 0) await this.#file.remove();
      else await this.#file.update(() => attachments);
    } catch (error) {
      this.#warn(`What is attached was not kept: ${inWords(error)}`);
    }
  }
}
