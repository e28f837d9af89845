import { createContext } from 'preact';
import { useContext, useMemo } from 'preact/hooks';
import { PlainText } from './plainText.tsx';

const NONE: ReadonlySet<string> = new Set();
const Names = createContext(NONE);

/** What gives the code of an answer the names in it that exist nowhere. */
export function useNames(unknown: readonly string[]) {
  const key = unknown.join(' ');
  const names = useMemo(() => (key === '' ? NONE : new Set(key.split(' '))), [key]);
  return { Names: Names.Provider, names };
}

/** Those of the answer around. */
export function useUnknown(): ReadonlySet<string> {
  return useContext(Names);
}

/** By which names are found that are explained; see unknownTip.tsx. */
export const UNKNOWN = 'unknown';

export function UnknownName({ name, isFirst }: { readonly name: string; readonly isFirst: boolean }) {
  return (
    <span class={UNKNOWN} data-name={name} {...(isFirst && { tabIndex: 0 })}>
      <PlainText text={name} where="code" />
    </span>
  );
}
