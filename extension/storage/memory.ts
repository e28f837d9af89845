/** Storage that outlives windows, by keys; one of VS Code's mementos. */
export interface Memory {
  get(key: string): unknown;
  update(key: string, value: unknown): PromiseLike<void>;
}
