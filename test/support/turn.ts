/** A turn of a conversation: a question of text alone, and its answer, if any. */
export const turn = (text: string, answer?: string) => ({
  content: [{ kind: 'text' as const, text }],
  ...(answer !== undefined && { answer }),
});
