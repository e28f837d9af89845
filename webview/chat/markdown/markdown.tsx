import { Component, createElement, type Ref, type VNode } from 'preact';
import { useMemo, useRef } from 'preact/hooks';
import { fill } from '../../shared/fill.ts';
import { usePanel } from '../panel.ts';
import { CodeBlock, CodeSpan } from './codeBlock.tsx';
import { GrowingMarkdown } from './growing.ts';
import type { Block, MarkdownNode, Tag } from './parse.ts';
import { PlainText } from './plainText.tsx';
import { Source } from './source.ts';

/** The headings of an answer stand below the panel's own. */
const SHOWN_AS: Readonly<Partial<Record<Tag, string>>> = { h1: 'h3', h2: 'h4', h3: 'h5', h4: 'h6', h5: 'h6', h6: 'h6' };

/** With keys, what may be wider than the panel. */
const REACHABLE = { tabIndex: 0 } as const;

interface MarkdownProps {
  /** The message that it is from. */
  readonly message: string;
  readonly text: string;
  readonly growing: boolean;
  /** Hooks for others that draw on the rendered text. */
  readonly rootRef?: Ref<HTMLDivElement>;
}

/** An answer. While it grows, everything above its last block is left untouched. */
export function Markdown({ message, text, growing, rootRef = null }: MarkdownProps) {
  const grown = useRef(new GrowingMarkdown());
  const blocks = useMemo(() => grown.current.read(text), [text]);
  return (
    <Source.Provider value={message}>
      <div class="markdown" dir="auto" ref={rootRef}>
        {blocks.map((block, index) => (
          <BlockOf key={String(index)} block={block} growing={growing && index === blocks.length - 1} />
        ))}
      </div>
    </Source.Provider>
  );
}

interface BlockProps {
  readonly block: Block;
  readonly growing: boolean;
}

class BlockOf extends Component<BlockProps> {
  override shouldComponentUpdate({ block, growing }: BlockProps): boolean {
    return block.key !== this.props.block.key || growing !== this.props.growing;
  }

  override render({ block, growing }: BlockProps) {
    return <Nodes nodes={block.nodes} growing={growing} />;
  }
}

function Nodes({ nodes, growing }: { readonly nodes: readonly MarkdownNode[]; readonly growing: boolean }) {
  return <>{nodes.map((node, index) => drawn(node, String(index), growing))}</>;
}

function drawn(node: MarkdownNode, key: string, growing: boolean): VNode {
  switch (node.kind) {
    case 'text':
      return <PlainText key={key} text={node.text} where="prose" />;
    case 'break':
      return <br key={key} />;
    case 'codeSpan':
      return (
        <code key={key} dir="ltr">
          <CodeSpan code={node.text} />
        </code>
      );
    case 'code':
      return <CodeBlock key={key} code={node.code} language={node.language} growing={growing} />;
    case 'link':
      return <Link key={key} href={node.href} nodes={node.children} />;
    case 'image':
      return <Picture key={key} alternative={node.alternative} />;
    case 'element': {
      const inside = node.tag === 'hr' ? null : <Nodes nodes={node.children} growing={growing} />;
      const element = createElement(SHOWN_AS[node.tag] ?? node.tag, { key, ...(node.start && { start: node.start }) }, inside);
      if (node.tag !== 'table') return element;
      return (
        <div key={key} class="scroller" {...REACHABLE}>
          {element}
        </div>
      );
    }
  }
}

/** A button, not a link: there is no way to follow it but through the extension, which shows its target first. */
function Link({ href, nodes }: { readonly href: string; readonly nodes: readonly MarkdownNode[] }) {
  const { send } = usePanel();
  return (
    <button type="button" class="link" title={href} onClick={() => send({ kind: 'link', href })}>
      <Nodes nodes={nodes} growing={false} />
    </button>
  );
}

/** A picture's alternative text: loading the picture would reveal that the answer was read. */
function Picture({ alternative }: { readonly alternative: string }) {
  const { texts } = usePanel();
  return (
    <span class="picture">
      <PlainText text={fill(texts.image, alternative)} where="prose" />
    </span>
  );
}
