import { Environment, Interpreter, Template } from '@huggingface/jinja';

/** Longest template; known ones have 50 000 characters at most. */
const MAX_SOURCE = 1_000_000;
/** Expressions and statements that a rendering may evaluate, and as many more for each message; known templates take a tenth. */
const MAX_STEPS = 100_000;
const STEPS_PER_MESSAGE = 2_000;
/** Characters of a string, and as many more for each message. */
const MAX_TEXT = 2 ** 20;
const TEXT_PER_MESSAGE = 1_000;
/** Items of a list, and ten more for each message. */
const MAX_ITEMS = 10_000;
/** Making a list, and going through it, or a string takes as long as so many steps for each item or character. */
const STEPS_PER_ITEM = 1;
const STEPS_PER_CHARACTER = 1 / 256;

/** What is used of the library's classes: its own declarations lead to files that TypeScript does not find. */
interface Scope {
  set(name: string, value: unknown): unknown;
}
interface Value {
  readonly value: unknown;
}
interface Running {
  run(program: unknown): Value;
  evaluate(node: { readonly type: string } | undefined, scope: Scope): Value;
}
const Scope: new () => Scope = Environment;
const Running: new (scope: Scope) => Running = Interpreter;

/** What makes lists and strings; all else passes on what there is. */
const MAKING = new Set(['BinaryExpression', 'FilterExpression', 'CallExpression', 'SliceExpression', 'For']);

/** Jinja of a model's files, which are not trusted: loops and sizes have an end. */
export class BoundedTemplate {
  readonly #program: unknown;

  /** @throws Error when it cannot be read */
  constructor(source: string) {
    if (source.length > MAX_SOURCE) throw new Error(`it has ${source.length} characters`);
    this.#program = new Template(source).parsed;
  }

  /**
   * @param variables that it sees, beside Jinja's own
   * @param messages how many it is given
   * @throws Error when the template refuses them, fails, or takes too much
   */
  render(variables: Readonly<Record<string, unknown>>, messages: number): string {
    const scope = new Scope();
    for (const [name, value] of Object.entries({ ...GLOBALS, ...variables })) scope.set(name, value);
    const text = new BoundedInterpreter(scope, messages).run(this.#program).value;
    return String(text);
  }
}

class BoundedInterpreter extends Running {
  readonly #maxText: number;
  readonly #maxItems: number;
  #stepsLeft: number;

  constructor(scope: Scope, messages: number) {
    super(scope);
    this.#maxText = MAX_TEXT + TEXT_PER_MESSAGE * messages;
    this.#maxItems = MAX_ITEMS + 10 * messages;
    this.#stepsLeft = MAX_STEPS + STEPS_PER_MESSAGE * messages;
  }

  override evaluate(node: Parameters<Running['evaluate']>[0], scope: Scope): Value {
    this.#spend(1);
    const result = super.evaluate(node, scope);
    const { value } = result;
    if (typeof value === 'string' && value.length > this.#maxText) throw new Error('it makes too long a text');
    if (Array.isArray(value) && value.length > this.#maxItems) throw new Error('it makes too long a list');
    if (node && MAKING.has(node.type)) {
      if (typeof value === 'string') this.#spend(value.length * STEPS_PER_CHARACTER);
      else if (Array.isArray(value)) this.#spend(value.length * STEPS_PER_ITEM);
    }
    return result;
  }

  #spend(steps: number): void {
    this.#stepsLeft -= steps;
    if (this.#stepsLeft < 0) throw new Error('it does not come to an end');
  }
}

/** The library's own, which it does not export; its `range` has no end. */
const GLOBALS: Readonly<Record<string, unknown>> = {
  true: true,
  True: true,
  false: false,
  False: false,
  none: null,
  None: null,
  range,
  raise_exception: (message: unknown) => {
    throw new Error(String(message));
  },
  strftime_now: (format: string) => new Template('{{ strftime_now(format) }}').render({ format }),
};

/** Python's. */
function range(first: number, last?: number, step = 1): number[] {
  const [start, stop] = last === undefined ? [0, first] : [first, last];
  const length = Math.max(0, Math.ceil((stop - start) / step));
  if (!(length <= MAX_ITEMS)) throw new Error('it makes too long a list');
  return Array.from({ length }, (_, i) => start + i * step);
}
