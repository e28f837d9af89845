import { type Block, parseFrom } from './parse.ts';

/**
 * Markdown that grows at its end. Blocks that can no longer change are kept, so that a piece costs as much as the block it belongs to,
 * not as much as the whole answer.
 */
export class GrowingMarkdown {
  #text = '';
  #blocks: readonly Block[] = [];
  /** Of them, those that are settled; where the rest begins. */
  #settled = 0;
  #from = 0;

  /** All blocks of a text, the same as if it were parsed from scratch. */
  read(text: string): readonly Block[] {
    if (!text.startsWith(this.#text)) this.#forget();
    const { blocks, refers } = parseFrom(text, this.#from);
    // A reference changes what stands before it: then nothing is settled.
    if (refers && this.#from > 0) {
      this.#forget();
      return this.read(text);
    }
    this.#text = text;
    this.#blocks = [...this.#blocks.slice(0, this.#settled), ...blocks];
    if (!refers) this.#settle(text);
    return this.#blocks;
  }

  /** Blocks are settled before one whose first line has ended: until then that line may turn out to belong to the block before it. */
  #settle(text: string): void {
    for (let index = this.#blocks.length - 1; index > this.#settled; index--) {
      const { from } = this.#blocks[index] as Block;
      if (text.indexOf('\n', from) < 0) continue;
      this.#settled = index;
      this.#from = from;
      return;
    }
  }

  #forget(): void {
    this.#text = '';
    this.#blocks = [];
    this.#settled = 0;
    this.#from = 0;
  }
}
