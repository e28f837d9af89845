/** Callbacks for changes in the chat. */
export interface ChatListener {
  /** Something that is shown. */
  show(): void;
  /** Something changed that also takes room in the window. */
  onWindow(): void;
  /** Another conversation is shown. */
  onCurrent(): void;
}
