import { describe, expect, it } from 'vitest';
import { defaultModel } from '../../support/defaultModel.ts';
import { openFolder } from '../../support/engine.ts';

describe('loadLanguageModel', () => {
  it('begins texts with the token the default model was trained to begin with', async () => {
    const model = await openFolder(defaultModel);
    expect(model.config.bosTokenId).toBe(model.tokenizer.control('<s>'));
    await model.dispose();
  });
});
