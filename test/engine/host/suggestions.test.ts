import { expect, it } from 'vitest';
import { withNearSuggestions } from '../../../engine/host/suggestions.ts';

const unknown = (typed: string, names: string) => `error: unknown command '${typed}'\n(Did you mean ${names}?)`;

it('keeps a suggestion that is what was typed but for two letters, or for a third of them', () => {
  for (const [typed, name] of [
    ['compelte', 'complete'],
    ['ispect', 'inspect'],
    ['--modle', '--model'],
    ['perplxtiy', 'perplexity'],
    ['adit', 'one of audit, edit'],
  ] as const) {
    expect(withNearSuggestions(unknown(typed, name))).toBe(unknown(typed, name));
  }
});

it('drops one that is further away, and leaves other errors alone', () => {
  expect(withNearSuggestions(unknown('bogus', 'logits'))).toBe("error: unknown command 'bogus'");
  expect(withNearSuggestions("error: missing required argument 'file'\n")).toBe("error: missing required argument 'file'\n");
});
