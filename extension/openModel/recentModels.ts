import type { Memory } from '../storage/memory.ts';
/** A model that was opened before. */
export interface RecentModel {
  /** Absolute path of its file or folder. */
  readonly path: string;
  readonly name: string;
}

const KEY = 'recentModels';
const MOST = 8;

/** The models that were opened last, the latest first, under the names they were chosen by. */
export class RecentModels {
  readonly #memory: Memory;

  constructor(memory: Memory) {
    this.#memory = memory;
  }

  list(): RecentModel[] {
    const stored = this.#memory.get(KEY);
    return Array.isArray(stored) ? stored.filter(isRecentModel) : [];
  }

  /** What a path was called when it was chosen, if it was. */
  nameOf(path: string): string | undefined {
    return this.list().find((model) => model.path === path)?.name;
  }

  async add({ path, name }: RecentModel): Promise<void> {
    const others = this.list().filter((model) => model.path !== path);
    await this.#memory.update(KEY, [{ path, name }, ...others].slice(0, MOST));
  }

  /** Forgets one, such as one that is no longer there. */
  async remove(path: string): Promise<void> {
    await this.#memory.update(
      KEY,
      this.list().filter((model) => model.path !== path),
    );
  }
}

function isRecentModel(value: unknown): value is RecentModel {
  if (typeof value !== 'object' || value === null) return false;
  const { path, name } = value as { readonly path?: unknown; readonly name?: unknown };
  return typeof path === 'string' && typeof name === 'string';
}
