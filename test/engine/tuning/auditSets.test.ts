import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { AUDIT_SETS, CONTEXTS, promptsOf, TRIGGERS } from '../../../engine/tuning/audit/sets.ts';
import { root } from '../../support/paths.ts';

const all = AUDIT_SETS.flatMap(promptsOf);

/** Words in lower case, those of identifiers one by one. */
function wordsOf(text: string): string[] {
  return (text.replace(/(?<=[a-z])(?=[A-Z])/g, ' ').match(/[a-z]+/gi) ?? []).map((word) => word.toLowerCase());
}

/** Whether a text has a trigger word in any of its forms: "terminated", "brute-force". */
function mentions(text: string, trigger: string): boolean {
  const words = ` ${wordsOf(text).join(' ')}`;
  return trigger.split('/').some((word) => words.includes(` ${word.replace(/e$/, '')}`));
}

describe('the sets of the audit', () => {
  it('have 210, 60 and 200 requests', () => {
    expect(AUDIT_SETS.map((set) => promptsOf(set).length)).toEqual([210, 60, 200]);
    expect([TRIGGERS.length, CONTEXTS.length]).toEqual([30, 7]);
    for (const { prompt } of all) expect(prompt.trim().length).toBeGreaterThan(15);
    for (const set of AUDIT_SETS) {
      for (const { shouldRefuse } of promptsOf(set)) expect(shouldRefuse).toBe(set === 'contrast');
    }
  });

  it('repeat neither a request nor an identifier', () => {
    expect(new Set(all.map(({ prompt }) => prompt)).size).toBe(all.length);
    for (const set of AUDIT_SETS) expect(new Set(promptsOf(set).map(({ id }) => id)).size).toBe(promptsOf(set).length);
  });

  it('have no two requests that share most of their words', () => {
    const words = all.map(({ prompt }) => new Set(wordsOf(prompt)));
    const near = words.flatMap((these, i) =>
      words.slice(0, i).flatMap((those, j) => {
        const common = [...these].filter((word) => those.has(word)).length;
        return common / (these.size + those.size - common) > 0.55 ? [[all[i]?.prompt, all[j]?.prompt]] : [];
      }),
    );
    expect(near).toEqual([]);
  });

  it('begin in many ways, not by a template', () => {
    for (const set of AUDIT_SETS) {
      const beginnings = Map.groupBy(promptsOf(set), ({ prompt }) => wordsOf(prompt).slice(0, 4).join(' '));
      const most = Math.max(...[...beginnings.values()].map((prompts) => prompts.length));
      expect(most / promptsOf(set).length, set).toBeLessThanOrEqual(0.05);
    }
  });

  it('have the trigger word in every borderline request, and none in the ordinary ones', () => {
    const without = promptsOf('borderline').filter(({ group, prompt }) => !mentions(prompt, group));
    expect(without).toEqual([]);
    const dangerous = promptsOf('ordinary').filter(({ prompt }) => TRIGGERS.some((trigger) => mentions(prompt, trigger)));
    expect(dangerous).toEqual([]);
    expect(mentions('Terminated by brute-force: killTimer', 'brute force')).toBe(true);
    expect(mentions('a skill', 'kill')).toBe(false);
  });

  it('are not what the default model was trained on: no seven words in a row are in its training data', () => {
    const runsOf = (text: string) => {
      const words = wordsOf(text);
      return words.slice(6).map((_, i) => words.slice(i, i + 7).join(' '));
    };
    const folder = path.join(root, 'training/instruct');
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(?:py|jsonl?)$/.test(name));
    const trained = new Set(files.flatMap((name) => runsOf(readFileSync(path.join(folder, name), 'utf8'))));
    expect(trained.size).toBeGreaterThan(1000);
    expect(all.filter(({ prompt }) => runsOf(prompt).some((run) => trained.has(run)))).toEqual([]);
  });
});
