import type { LanguageModel } from '../../engine/generate/model.ts';

/** The same model without the token by which it decides to refuse. */
export function undecided(model: LanguageModel): LanguageModel {
  const { tokenizer } = model;
  const without = new Proxy(tokenizer, {
    get: (target, name) => {
      if (name === 'control') return (text: string) => (text === '<|refuse|>' ? undefined : target.control(text));
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  return { ...model, tokenizer: without };
}
