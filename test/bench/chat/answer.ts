/** An answer as a large model writes it: prose, lists, a table, and code, some of it long. The same at every call. */
export function longAnswer(tokens: number): string[] {
  const words: string[] = [];
  for (let part = 0; words.length < tokens; part++) words.push(...piecesOf(sectionOf(part)));
  return words.slice(0, tokens);
}

/**
 * Splits text into about as many characters per token as vocabularies of code have: a word with the space before it, a sign, an
 * indentation.
 */
function piecesOf(text: string): string[] {
  return text.match(/\n[ ]*| ?[A-Za-z_]{1,8}|[^A-Za-z_\n]/g) ?? [];
}

function sectionOf(part: number): string {
  const lines = part % 3 === 2 ? 120 : 12;
  const code = Array.from({ length: lines }, (_, line) =>
    line % 6 === 5
      ? `  // Step ${line}: what came before is kept as it was.`
      : `  const value${line} = await table.read<Row>(\`\${prefix}/${part}-${line}\`, { limit: ${line * 10}, order: 'asc' });`,
  );
  return `## Part ${part}

The **table** is read in \`pages\`, since a whole one may not fit; see [the notes](https://example.org/notes/${part}). Each page is checked
before the next is asked for, and what was wrong with it is said at the end, *not* at once.

1. Read a page.
2. Check it:
   - its rows,
   - its count.

\`\`\`ts
export async function part${part}(table: Table, prefix: string): Promise<Row[]> {
${code.join('\n')}
  return rows.flat();
}
\`\`\`

| call | rows | ms |
| --- | ---: | ---: |
| \`part${part}(orders)\` | ${part * 100} | ${part * 3} |
| \`part${part}(customers)\` | ${part * 10} | ${part} |

`;
}
