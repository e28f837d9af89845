/** Whether one answer kept to what it was told. */
export interface Kept {
  readonly pinned: boolean;
  /** From 1. */
  readonly turn: number;
  /** Null where that cannot be said. */
  readonly kept: boolean | null;
}

/** The part of the answers at one turn that kept to what they were told, 0–1; null where nothing can be said. */
export interface Retention {
  readonly turn: number;
  /** Where the instruction was said once, with the first question. */
  readonly said: number | null;
  /** Where it was pinned. */
  readonly pinned: number | null;
  /** Answers of which it can be said, of both. */
  readonly answers: { readonly said: number; readonly pinned: number };
}

/** Retention by turn, up to the last one of which there is an answer. */
export function retentionByTurn(rows: readonly Kept[]): Retention[] {
  const turns = Math.max(0, ...rows.map(({ turn }) => turn));
  return Array.from({ length: turns }, (_, i) => {
    const here = rows.filter(({ turn }) => turn === i + 1);
    const [said, pinned] = [false, true].map((isPinned) => here.filter((row) => row.pinned === isPinned && row.kept !== null));
    return {
      turn: i + 1,
      said: share(said),
      pinned: share(pinned),
      answers: { said: said?.length ?? 0, pinned: pinned?.length ?? 0 },
    };
  });
}

function share(rows: readonly Kept[] = []): number | null {
  return rows.length === 0 ? null : rows.filter(({ kept }) => kept).length / rows.length;
}
