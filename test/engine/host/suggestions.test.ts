import { expect, it } from 'vitest';
import { withModelOption, withNearSuggestions } from '../../../engine/host/suggestions.ts';

const unknown = (typed: string, names: string) => `error: unknown command '${typed}'\n(Did you mean ${names}?)`;

it('keeps a suggestion that differs in at most two letters, or a third of them', () => {
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

it('drops one that differs more, and leaves other errors unchanged', () => {
  expect(withNearSuggestions(unknown('bogus', 'logits'))).toBe("error: unknown command 'bogus'");
  expect(withNearSuggestions("error: missing required argument 'file'\n")).toBe("error: missing required argument 'file'\n");
});

it('says how a model is given where there are arguments too many', () => {
  const tooMany = "error: too many arguments for 'inspect'. Expected 0 arguments but got 1.";
  expect(withModelOption(`${tooMany}\n`)).toBe(`${tooMany} A model is given as --model <path>.\n`);
  expect(withModelOption(unknown('bogus', 'logits'))).toBe(unknown('bogus', 'logits'));
});
