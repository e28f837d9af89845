import { readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { inWords } from '../../engine/index.ts';
import { isId } from '../../webview/protocol/guards.ts';
import { hasCode } from '../storage/fileLock.ts';
import { SharedFile } from '../storage/sharedFile.ts';
import { type Conversation, merge, withoutStreams } from './conversation.ts';
import { parse, serialize } from './storedConversation.ts';
import { type Summary, summaryOf } from './titles.ts';

/** Age from which a temporary file is considered left over by a process that died. */
const STALE_MS = 60_000;

/** The conversations of a workspace, a file for each, which several windows may share. */
export class ConversationStore {
  readonly folder: string;
  readonly #warn: (message: string) => void;
  readonly #files = new Map<string, SharedFile<Conversation>>();
  /** Summaries with the stamp of the file they were read from. Being briefly out of date does no harm in a list. */
  readonly #summaries = new Map<string, { readonly stamp: string; readonly summary: Summary }>();
  /** Conversations whose present state waits to be written, and the writing under way. */
  readonly #waiting = new Map<string, Conversation>();
  readonly #writing = new Map<string, Promise<void>>();

  /** @param folder made when something is to be kept */
  constructor(folder: string, warn: (message: string) => void) {
    this.folder = folder;
    this.#warn = warn;
  }

  /** What there is, in no order. Never rejects: what cannot be read is left out, and the log says so. */
  async list(): Promise<Summary[]> {
    const names = await this.#names();
    await Promise.all(names.map((name) => this.#removeIfLeft(name)));
    const ids = names.filter((name) => name.endsWith('.json')).map((name) => name.slice(0, -'.json'.length));
    const summaries = await Promise.all(ids.filter(isId).map((id) => this.#summaryOf(id)));
    return summaries.filter((summary) => summary !== undefined);
  }

  /** A conversation as it was left; undefined when there is none. Never rejects. */
  async open(id: string): Promise<Conversation | undefined> {
    if (!isId(id)) return undefined;
    const conversation = this.#waiting.get(id) ?? (await this.#read(id));
    return conversation && withoutStreams(conversation);
  }

  /** Saves a conversation. While it is being written, only the latest of further states waits. Never rejects: failures are logged. */
  save(conversation: Conversation): Promise<void> {
    const { id } = conversation;
    this.#waiting.set(id, conversation);
    const under = this.#writing.get(id);
    if (under) return under;
    const writing = this.#write(id);
    this.#writing.set(id, writing);
    return writing;
  }

  /** Forgets a conversation. @throws Error of the file system when its file cannot be removed */
  async delete(id: string): Promise<void> {
    if (!isId(id)) return;
    this.#waiting.delete(id);
    await this.#writing.get(id);
    await this.#fileOf(id).remove();
    this.#files.delete(id);
  }

  /** Waits until all is written. */
  async flush(): Promise<void> {
    await Promise.all(this.#writing.values());
  }

  async #write(id: string): Promise<void> {
    for (let next = this.#waiting.get(id); next; next = this.#waiting.get(id)) {
      const own = next;
      try {
        await this.#fileOf(id).update((stored) => (stored ? merge(stored, own) : own));
      } catch (error) {
        this.#warn(`The conversation ${id} was not saved: ${inWords(error)}`);
      }
      if (this.#waiting.get(id) === own) this.#waiting.delete(id);
    }
    // Synchronously, so that nobody can start waiting for a write that is already over.
    this.#writing.delete(id);
  }

  async #read(id: string): Promise<Conversation | undefined> {
    try {
      return await this.#fileOf(id).readOrSetAside();
    } catch (error) {
      this.#warn(`The conversation ${id} cannot be read: ${inWords(error)}`);
      return undefined;
    }
  }

  #fileOf(id: string): SharedFile<Conversation> {
    const known = this.#files.get(id);
    if (known) return known;
    const onBroken = (aside: string) => this.#warn(`A conversation cannot be understood. It is kept as ${aside}.`);
    const format = { parse: (text: string) => withName(parse(text), id), serialize };
    const file = new SharedFile<Conversation>(path.join(this.folder, `${id}.json`), format, onBroken);
    this.#files.set(id, file);
    return file;
  }

  async #summaryOf(id: string): Promise<Summary | undefined> {
    const stamp = await this.#fileOf(id).stamp();
    const known = this.#summaries.get(id);
    if (known?.stamp === stamp) return known.summary;
    const conversation = await this.#read(id);
    if (!conversation) return undefined;
    const summary = summaryOf(conversation);
    this.#summaries.set(id, { stamp, summary });
    return summary;
  }

  async #names(): Promise<string[]> {
    try {
      return await readdir(this.folder);
    } catch (error) {
      if (!hasCode(error, 'ENOENT')) this.#warn(`The conversations in ${this.folder} cannot be listed: ${inWords(error)}`);
      return [];
    }
  }

  async #removeIfLeft(name: string): Promise<void> {
    if (!name.endsWith('.part')) return;
    const file = path.join(this.folder, name);
    const age = await stat(file).then(
      ({ mtimeMs }) => Date.now() - mtimeMs,
      () => 0,
    );
    if (age > STALE_MS) await rm(file, { force: true }).catch(() => undefined);
  }
}

/** A file whose name differs from the one it contains is not ours. */
function withName(conversation: Conversation | undefined, id: string): Conversation | undefined {
  return conversation?.id === id ? conversation : undefined;
}
