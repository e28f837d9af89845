/** The terminal and clipboard operations it needs. */
export interface TerminalClipboard {
  read(): Promise<string>;
  write(text: string): Promise<void>;
  /** Has the terminal copy what is selected in it; the clipboard stays as it is where nothing is. */
  copySelection(): Promise<void>;
  /** A text that nobody has selected. */
  readonly marker: string;
}

/**
 * The selection in the terminal, which is accessible only through the clipboard. Text that was there is restored; other content, such as
 * a picture, is not touched unless something is selected.
 * @returns empty where nothing is selected
 */
export async function selectedInTerminal({ read, write, copySelection, marker }: TerminalClipboard): Promise<string> {
  const before = await read();
  try {
    await copySelection();
    const after = await read();
    if (after !== before) return after;
    // Nothing is selected, or the very text that was copied last.
    if (before === '') return '';
    await write(marker);
    await copySelection();
    const again = await read();
    return again === marker ? '' : again;
  } finally {
    if (before !== '' && (await read()) !== before) await write(before);
  }
}
