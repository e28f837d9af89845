/** The memory of a process, in bytes. */
export interface Memory {
  /** Its current resident set. */
  readonly resident: number;
  /** The resident set after a garbage collection: memory that V8 cannot release, including that of native libraries. */
  readonly collected: number;
  /** JavaScript objects and buffers that are alive after the collection. */
  readonly live: number;
}

/** Sends a message of the Chrome DevTools Protocol to a process. @returns its result */
export type Post = (method: string, params?: Readonly<Record<string, unknown>>) => Promise<unknown>;

/** Measures a process before and after a garbage collection. */
export async function memoryOf(post: Post): Promise<Memory> {
  const { rss: resident } = await usage(post);
  await post('HeapProfiler.collectGarbage');
  const { rss: collected, heapUsed, external } = await usage(post);
  return { resident, collected, live: heapUsed + external };
}

async function usage(post: Post): Promise<NodeJS.MemoryUsage> {
  const expression = 'JSON.stringify(process.memoryUsage())';
  const { result } = (await post('Runtime.evaluate', { expression })) as { readonly result: { readonly value: string } };
  return JSON.parse(result.value) as NodeJS.MemoryUsage;
}

/** The address of a process's inspector, in the line in which the process prints it; undefined in other lines. */
export function inspectorIn(line: string): string | undefined {
  return /^Debugger listening on (ws:\S+)/m.exec(line)?.[1];
}

/** Another process, by the address of its inspector. */
export class Inspector {
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, { readonly resolve: (result: unknown) => void; readonly reject: (error: Error) => void }>();
  #sent = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener('message', ({ data }) => {
      const { id, result, error } = JSON.parse(String(data)) as { id?: number; result?: unknown; error?: { message: string } };
      const waiting = id === undefined ? undefined : this.#waiting.get(id);
      if (id === undefined || !waiting) return;
      this.#waiting.delete(id);
      if (error) waiting.reject(new Error(error.message));
      else waiting.resolve(result);
    });
    socket.addEventListener('close', () => {
      for (const { reject } of this.#waiting.values()) reject(new Error('The process is gone.'));
    });
  }

  static async connect(address: string): Promise<Inspector> {
    const socket = new WebSocket(address);
    await new Promise<void>((resolve, reject) => {
      socket.addEventListener('open', () => resolve());
      socket.addEventListener('error', () => reject(new Error(`No process can be inspected at ${address}.`)));
    });
    return new Inspector(socket);
  }

  readonly post: Post = (method, params = {}) =>
    new Promise((resolve, reject) => {
      const id = ++this.#sent;
      this.#waiting.set(id, { resolve, reject });
      this.#socket.send(JSON.stringify({ id, method, params }));
    });

  close(): void {
    this.#socket.close();
  }
}
