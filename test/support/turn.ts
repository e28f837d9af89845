/** A turn of a conversation: what was asked in words alone, and the answer, where there is one. */
export const turn = (text: string, answer?: string) => ({
  content: [{ kind: 'text' as const, text }],
  ...(answer !== undefined && { answer }),
});
