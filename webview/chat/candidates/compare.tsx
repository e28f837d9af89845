import { useState } from 'preact/hooks';
import type { ShownMessage } from '../../protocol/chatMessages.ts';
import { GRADES, type Grade, HEADS, type Head, type ShownJudging, type ShownVersion } from '../../protocol/chatPreference.ts';
import type { ChatTextKey } from '../../protocol/chatTexts.ts';
import { fill } from '../../shared/fill.ts';
import { number } from '../../shared/format.ts';
import { Button } from '../button.tsx';
import { Markdown } from '../markdown/markdown.tsx';
import { usePanel } from '../panel.ts';
import { Select } from '../select.tsx';

/** The labels for the better one, and for the other. */
type Verdict = { readonly first: boolean; readonly grade: Grade };

const GRADE_TEXTS: Readonly<Record<Exclude<Grade, 'negligibly'>, ChatTextKey>> = {
  significantly: 'gradeSignificantly',
  better: 'gradeBetter',
  slightly: 'gradeSlightly',
};

const HEAD_TEXTS: Readonly<Record<Head, ChatTextKey>> = { helpful: 'compareHelpful', safe: 'compareSafe' };

/** From the first being much better to the second being much better: LLaMA 2's four grades, of which the last is symmetric. */
const VERDICTS: readonly Verdict[] = [
  ...GRADES.map((grade) => ({ first: true, grade })),
  ...GRADES.filter((grade) => grade !== 'negligibly')
    .map((grade) => ({ first: false, grade }))
    .reverse(),
];

interface CompareProps {
  readonly message: ShownMessage;
  readonly judging: ShownJudging;
}

/** Two versions of an answer side by side, and by how much one is better. */
export function Compare({ message, judging }: CompareProps) {
  const { texts } = usePanel();
  const [isOpen, setOpen] = useState(false);
  const { versions } = judging;
  if (versions.filter(({ text }) => text !== '').length < 2) return null;
  return (
    <details class="compare" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>{texts.compare}</summary>
      {isOpen && <Comparison message={message} versions={versions} />}
    </details>
  );
}

function Comparison({ message, versions }: { readonly message: ShownMessage; readonly versions: readonly ShownVersion[] }) {
  const { texts } = usePanel();
  const first = versions.findIndex(({ id }) => id === message.id);
  const others = versions.flatMap((version, place) => (place === first || version.text === '' ? [] : [{ version, place }]));
  const [against, setAgainst] = useState(others.at(-1)?.version.id);
  const [head, setHead] = useState<Head>('helpful');
  const second = others.find(({ version }) => version.id === against) ?? others[0];
  const own = versions[first];
  if (!second || !own) return null;
  const names = [first, second.place].map((place) => fill(texts.versionName, number(place + 1)));
  return (
    <div class="comparison">
      {others.length > 1 && (
        <div class="row">
          <label for={`${message.id}-with`}>{texts.compareWith}</label>
          <Select
            id={`${message.id}-with`}
            options={others.map(({ version, place }) => [version.id, fill(texts.versionName, number(place + 1))])}
            value={second.version.id}
            onChange={setAgainst}
          />
        </div>
      )}
      <p class="note">{texts.compareNote}</p>
      <Sides versions={[own, second.version]} names={names} />
      <div class="row">
        <label for={`${message.id}-by`}>{texts.compareBy}</label>
        <Select
          id={`${message.id}-by`}
          options={HEADS.map((each) => [each, texts[HEAD_TEXTS[each]]])}
          value={head}
          onChange={setHead}
        />
      </div>
      <Judgement
        key={`${own.id} ${second.version.id} ${head}`}
        message={message.id}
        versions={[own.id, second.version.id]}
        names={names}
        head={head}
      />
    </div>
  );
}

interface JudgementProps {
  readonly message: string;
  /** Ids of the two that are compared. */
  readonly versions: readonly [string, string];
  readonly names: readonly string[];
  readonly head: Head;
}

/** How two versions compare in one respect; another pair or respect begins anew. */
function Judgement({ message, versions, names, head }: JudgementProps) {
  const { texts, send } = usePanel();
  const [verdict, setVerdict] = useState<Verdict>();
  const [kept, setKept] = useState(false);
  const keep = () => {
    if (!verdict) return;
    const [first, second] = versions;
    const [better, worse] = verdict.first ? [first, second] : [second, first];
    send({ kind: 'compare', head, better, worse, grade: verdict.grade });
    setKept(true);
  };
  return (
    <>
      <Verdicts id={message} names={names} verdict={verdict} onChange={setVerdict} />
      <div class="row">
        <Button disabled={verdict === undefined} onPress={keep}>
          {texts.compareKeep}
        </Button>
        <span class="note" role="status">
          {kept ? texts.compareKept : ''}
        </span>
      </div>
    </>
  );
}

function Sides({ versions, names }: { readonly versions: readonly ShownVersion[]; readonly names: readonly string[] }) {
  return (
    <div class="sides">
      {versions.map(({ id, text }, side) => (
        <section key={id} class="side" aria-label={names[side] ?? ''}>
          <p class="note">{names[side]}</p>
          <Markdown message={id} text={text} growing={false} />
        </section>
      ))}
    </div>
  );
}

interface VerdictsProps {
  readonly id: string;
  /** Of the two that are compared. */
  readonly names: readonly string[];
  readonly verdict: Verdict | undefined;
  readonly onChange: (verdict: Verdict) => void;
}

function Verdicts({ id, names, verdict, onChange }: VerdictsProps) {
  const { texts } = usePanel();
  return (
    <fieldset class="verdicts">
      <legend>{texts.compareQuestion}</legend>
      {VERDICTS.map((each) => {
        const { grade, first } = each;
        const name = names[first ? 0 : 1] ?? '';
        return (
          <label key={`${grade} ${first}`} class="check">
            <input
              type="radio"
              name={`verdict-${id}`}
              checked={verdict?.grade === grade && verdict.first === first}
              onChange={() => onChange(each)}
            />
            {grade === 'negligibly' ? texts.gradeNegligibly : fill(texts[GRADE_TEXTS[grade]], name)}
          </label>
        );
      })}
    </fieldset>
  );
}
