import type { ChatTextKey, ChatTexts } from '../../protocol/chatTexts.ts';
import type { Gauge as GaugeView, LeftOut } from '../../protocol/chatWindow.ts';
import { counted } from '../../shared/counted.ts';
import { fill } from '../../shared/fill.ts';
import { mebibytes, number, share } from '../../shared/format.ts';
import { PlainText } from '../markdown/plainText.tsx';
import { usePanel } from '../panel.ts';
import { type Bar, barOf, type Part } from './parts.ts';

const NAMES: Readonly<Record<Part['name'], ChatTextKey>> = {
  system: 'segmentSystem',
  pinned: 'segmentPinned',
  history: 'segmentHistory',
  examples: 'segmentExamples',
  attachments: 'segmentAttachments',
  message: 'segmentMessage',
  reserve: 'segmentReserve',
  free: 'free',
};

interface GaugeProps {
  readonly gauge: GaugeView;
  /** Scrolls to something that was left out. */
  readonly onShow: (leftOut: LeftOut) => void;
}

/** The context window, and what takes room in it. */
export function Gauge({ gauge, onShow }: GaugeProps) {
  const { texts } = usePanel();
  const bar = barOf(gauge);
  const trained = fill(texts.trained, number(gauge.trained));
  const beyond = fill(texts.beyond, number(gauge.supported));
  const isBeyond = gauge.supported > 0 && bar.used > gauge.supported;
  return (
    <section class={`gauge${gauge.problem === '' ? '' : ' problem'}${isBeyond ? ' isBeyond' : ''}`} aria-label={texts.gauge}>
      <p class="figures">
        <span>{fill(texts.used, number(bar.used), number(gauge.window))}</span>
        <span class="note">{fill(texts.cache, mebibytes(gauge.cacheBytes))}</span>
      </p>
      <BarOf bar={bar} texts={texts} trained={trained} beyond={beyond} cacheBytes={gauge.cacheBytes} />
      <Table bar={bar} texts={texts} />
      {bar.trainedAt !== undefined && <p class="unseen">{trained}</p>}
      {bar.supportedAt !== undefined && <p class={isBeyond ? 'error' : 'unseen'}>{beyond}</p>}
      {gauge.problem !== '' && (
        <p class="error" role="alert">
          <PlainText text={gauge.problem} where="prose" />
        </p>
      )}
      {gauge.leftOut.map((each) => (
        <button key={each.kind} type="button" class="link" title={texts.showLeftOut} onClick={() => onShow(each)}>
          <PlainText text={each.text} where="prose" />
        </button>
      ))}
    </section>
  );
}

/** The place of the gauge while its tokens are not counted yet, so that it is always there and nothing jumps. */
export function PendingGauge({ window }: Pick<GaugeView, 'window'>) {
  const { texts } = usePanel();
  return (
    <section class="gauge" aria-label={texts.gauge} aria-busy="true">
      <p class="figures">
        <span>{fill(texts.used, '…', number(window))}</span>
        <span class="note">{fill(texts.cache, '…')}</span>
      </p>
      <div class="bar" />
    </section>
  );
}

interface BarProps {
  readonly bar: Bar;
  readonly texts: ChatTexts;
  readonly trained: string;
  readonly beyond: string;
  /** Of the part that is used. */
  readonly cacheBytes: number;
}

function BarOf({ bar, texts, trained, beyond, cacheBytes }: BarProps) {
  const bytesPerToken = cacheBytes / Math.max(1, bar.used);
  return (
    <div class="bar" aria-hidden="true">
      {bar.parts.map(({ name, tokens, share: ofWindow }) => (
        <span
          key={name}
          class={`of-${name}`}
          style={{ width: percent(tokens / bar.length) }}
          title={fill(
            texts.share,
            texts[NAMES[name]],
            counted(tokens, texts.oneToken, texts.manyTokens, number),
            share(ofWindow),
            mebibytes(bytesPerToken * tokens),
          )}
        />
      ))}
      {bar.supportedAt !== undefined && <i class="beyond" style={{ left: percent(bar.supportedAt) }} title={beyond} />}
      {bar.trainedAt !== undefined && <i class="trained" style={{ left: percent(bar.trainedAt) }} title={trained} />}
      {bar.windowAt !== undefined && <i class="end" style={{ left: percent(bar.windowAt) }} />}
    </div>
  );
}

/** The same in numbers, for those who do not see the bar. */
function Table({ bar, texts }: { readonly bar: Bar; readonly texts: ChatTexts }) {
  return (
    <div class="unseen">
      <table>
        <caption>{texts.gauge}</caption>
        <thead>
          <tr>
            <th scope="col">{texts.part}</th>
            <th scope="col">{texts.tokens}</th>
          </tr>
        </thead>
        <tbody>
          {bar.parts.map(({ name, tokens }) => (
            <tr key={name}>
              <th scope="row">{texts[NAMES[name]]}</th>
              <td>{number(tokens)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const percent = (part: number): string => `${100 * part}%`;
