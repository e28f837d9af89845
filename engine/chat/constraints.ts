import { hasComment } from './comments.ts';

/** Instructions that a program can check an answer against. */
export const CONSTRAINTS = ['typescript', 'noComments', 'fiveLines', 'chinese'] as const;
export type Constraint = (typeof CONSTRAINTS)[number];

/** What the model is told, in the language that most models follow best. */
const INSTRUCTIONS: Readonly<Record<Constraint, string>> = {
  typescript: 'Write all code in TypeScript.',
  noComments: 'Write code without comments.',
  fiveLines: 'Answer in at most 5 lines.',
  chinese: '用中文回答。',
};

const CHECKS: Readonly<Record<Constraint, (answer: string) => boolean>> = {
  typescript: (answer) => codeIn(answer).every(({ language }) => /^(?:ts|tsx|typescript|mts|cts)$/i.test(language)),
  noComments: (answer) => codeIn(answer).every(({ code, language }) => !hasComment(code, language)),
  fiveLines: (answer) => answer.split('\n').filter((line) => line.trim() !== '' && !FENCE.test(line)).length <= 5,
  chinese: (answer) => {
    const prose = proseIn(answer);
    const letters = prose.match(/\p{L}/gu)?.length ?? 0;
    // A word of Chinese is a character or two, a word of another language about five letters.
    return letters === 0 || CHARACTERS_OF_A_WORD * (prose.match(/\p{Script=Han}/gu)?.length ?? 0) >= letters / 2;
  },
};

const CHARACTERS_OF_A_WORD = 2;
const FENCE = /^\s*(`{3,}|~{3,})\s*([\w+#-]*)/;

/** The instruction of a constraint. */
export function instructionOf(constraint: Constraint): string {
  return INSTRUCTIONS[constraint];
}

/** Whether an answer satisfies a constraint; an answer without code breaks no rule about code. */
export function keeps(constraint: Constraint, answer: string): boolean {
  return CHECKS[constraint](answer);
}

/** Whether an answer has anything a constraint applies to: code, or prose. */
export function isAbout(constraint: Constraint, answer: string): boolean {
  switch (constraint) {
    case 'typescript':
    case 'noComments':
      return codeIn(answer).length > 0;
    case 'chinese':
      return /\p{L}/u.test(proseIn(answer));
    case 'fiveLines':
      return answer.trim() !== '';
  }
}

interface CodeBlock {
  /** As its fence names it; empty if the fence does not. */
  readonly language: string;
  readonly code: string;
}

/** The fenced blocks of an answer, including one that was never closed. */
function codeIn(answer: string): CodeBlock[] {
  const blocks: { language: string; code: string }[] = [];
  let fence = '';
  for (const line of answer.split('\n')) {
    const [, ticks = '', language = ''] = FENCE.exec(line) ?? [];
    const block = blocks.at(-1);
    if (fence === '' && ticks !== '') {
      fence = ticks;
      blocks.push({ language, code: '' });
    } else if (fence !== '' && ticks.startsWith(fence) && language === '') fence = '';
    else if (fence !== '' && block) block.code += `${line}\n`;
  }
  return blocks;
}

/** An answer without its code. */
function proseIn(answer: string): string {
  return answer.replaceAll(/^\s*(`{3,}|~{3,})[\s\S]*?(?:^\s*\1\s*$|$(?![\s\S]))/gm, '').replaceAll(/`[^`\n]*`/g, '');
}
