import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { ChatIntent } from '../protocol/chatIntents.ts';
import type { ChatTexts } from '../protocol/chatTexts.ts';
import type { ChatStore } from './store.ts';

/** What every part of the panel can use. */
export interface Panel {
  readonly texts: ChatTexts;
  readonly store: ChatStore;
  readonly send: (intent: ChatIntent) => void;
}

export const PanelContext = createContext<Panel | undefined>(undefined);

export function usePanel(): Panel {
  const panel = useContext(PanelContext);
  if (!panel) throw new Error('A part of the panel stands outside of it.');
  return panel;
}
