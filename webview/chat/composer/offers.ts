import { ATTACHABLE, type Attachable } from '../../protocol/chatAttachments.ts';

/** The commands a message can begin with; the extension implements them. */
export const COMMANDS = ['explain', 'fix', 'doc', 'tests', 'shorter', 'clear'] as const;
export type Command = (typeof COMMANDS)[number];

export type Offer = { readonly kind: 'command'; readonly name: Command } | { readonly kind: 'attach'; readonly name: Attachable };

/** Completions at the cursor, which replace the characters `from` to `to`. */
export interface Offers {
  readonly from: number;
  readonly to: number;
  /** What of a name is typed already. */
  readonly typed: string;
  readonly offers: readonly Offer[];
}

/** All that can be attached. @param at where the cursor is */
export const allAttachable = (at: number): Offers => ({ from: at, to: at, typed: '', offers: attachable('') });

/** What the text before the cursor asks for: commands behind `/` at its very beginning, things to attach behind `@`. */
export function offersAt(text: string, caret: number): Offers | undefined {
  const before = text.slice(0, caret);
  const command = /^\/(\w*)$/.exec(before)?.[1];
  if (command !== undefined) return offered(caret, command, commands(command));
  const attach = /(?:^|\s)@(\w*)$/.exec(before)?.[1];
  if (attach !== undefined) return offered(caret, attach, attachable(attach));
  return undefined;
}

/** The text and its cursor after an offer was taken: a command is inserted, an attachment leaves no trace in the text. */
export function take(text: string, { from, to }: Offers, offer: Offer): { readonly text: string; readonly caret: number } {
  const written = offer.kind === 'command' ? `/${offer.name} ` : '';
  return { text: text.slice(0, from) + written + text.slice(to).trimStart(), caret: from + written.length };
}

/** Whether the name is there already, so that there is nothing to complete. */
export function isWritten({ typed }: Offers, { kind, name }: Offer): boolean {
  return kind === 'command' && typed.toLowerCase() === name.toLowerCase();
}

function offered(to: number, typed: string, offers: readonly Offer[]): Offers | undefined {
  return offers.length === 0 ? undefined : { from: to - typed.length - 1, to, typed, offers };
}

function commands(typed: string): Offer[] {
  return COMMANDS.filter((name) => begins(name, typed)).map((name) => ({ kind: 'command', name }));
}

function attachable(typed: string): Offer[] {
  return ATTACHABLE.filter((name) => begins(name, typed)).map((name) => ({ kind: 'attach', name }));
}

function begins(name: string, typed: string): boolean {
  return name.toLowerCase().startsWith(typed.toLowerCase());
}
