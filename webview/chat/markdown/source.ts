import { createContext } from 'preact';

/** The message that the Markdown around is from. */
export const Source = createContext('');
