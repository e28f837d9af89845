import type { VNode } from 'preact';
import { useContext, useMemo, useRef } from 'preact/hooks';
import type { CodeAction } from '../../protocol/chatIntents.ts';
import { fill } from '../../shared/fill.ts';
import { CopyButton, IconButton } from '../iconButton.tsx';
import { usePanel } from '../panel.ts';
import { highlight } from './highlight.ts';
import { type Marked, withUnknown } from './marked.ts';
import { PlainText } from './plainText.tsx';
import { Source } from './source.ts';
import { UnknownName, useUnknown } from './unknownNames.tsx';

/** How long growing code waits to be highlighted again, as a multiple of the time it took last. */
const CALM = 20;
/** Redrawing code longer than this takes a frame or more, so it waits at least this many milliseconds. */
const LONG = 2_000;
const RARELY = 700;

interface CodeProps {
  readonly code: string;
  readonly language: string;
}

/** A block of code, below a bar with its language and actions. */
export function CodeBlock({ code, language, growing }: CodeProps & { readonly growing: boolean }) {
  const { texts, send } = usePanel();
  const message = useContext(Source);
  const act = (action: CodeAction) => () => send({ kind: 'code', message, action, code, language });
  return (
    <figure class="code" aria-label={fill(texts.code, language)}>
      <figcaption>
        <span>{language}</span>
        <CopyButton label={texts.copy} done={texts.copied} onPress={act('copy')} />
        <IconButton icon="insert" label={texts.insertCode} onPress={act('insert')} />
        <IconButton icon="diff" label={texts.applyCode} onPress={act('apply')} />
        <IconButton icon="newFile" label={texts.newFile} onPress={act('newFile')} />
      </figcaption>
      {/* Reachable with keys, since it may be wider than the panel. */}
      <pre dir="ltr" tabIndex={0}>
        <code>{growing ? <GrowingCode code={code} language={language} /> : <SettledCode code={code} language={language} />}</code>
      </pre>
    </figure>
  );
}

/** Code among words. */
export function CodeSpan({ code }: Pick<CodeProps, 'code'>) {
  const names = useUnknown();
  return <Colors pieces={withUnknown([code], names)} />;
}

function SettledCode({ code, language }: CodeProps) {
  const names = useUnknown();
  return useMemo(() => <Colors pieces={withUnknown(highlight(code, language), names)} />, [code, language, names]);
}

/** Code that is being written: coloured up to where it was a moment ago, so that a piece costs no more than its own text. */
function GrowingCode({ code, language }: CodeProps) {
  const last = useRef<{ code: string; language: string; shown: VNode; next: number } | undefined>(undefined);
  const now = performance.now();
  const before = last.current;
  if (!before || before.language !== language || now >= before.next || !code.startsWith(before.code)) {
    const shown = <Colors pieces={highlight(code, language)} />;
    const wait = Math.max(CALM * (performance.now() - now), code.length > LONG ? RARELY : 0);
    last.current = { code, language, shown, next: now + wait };
    return shown;
  }
  return (
    <>
      {before.shown}
      <PlainText text={code.slice(before.code.length)} where="code" />
    </>
  );
}

function Colors({ pieces }: { readonly pieces: readonly Marked[] }) {
  return (
    <>
      {pieces.map((piece, index) =>
        typeof piece === 'string' ? (
          <PlainText key={String(index)} text={piece} where="code" />
        ) : 'name' in piece ? (
          <UnknownName key={String(index)} {...piece} />
        ) : (
          <span key={String(index)} class={piece.kind}>
            <Colors pieces={piece.children} />
          </span>
        ),
      )}
    </>
  );
}
