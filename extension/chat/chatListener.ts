/** What is told when something of the chat has changed. */
export interface ChatListener {
  /** Something that is shown. */
  show(): void;
  /** Something that takes room in the window, too. */
  onWindow(): void;
  /** Another conversation is shown. */
  onCurrent(): void;
}
