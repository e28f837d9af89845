import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../../../engine/sampling/random.ts';
import { FEATURES } from '../../../../engine/tuning/preference/features.ts';
import type { Judgement } from '../../../../engine/tuning/preference/judgements.ts';
import { CommandLine } from '../../../support/commandLine.ts';
import { folderForAll } from '../../../support/testFolders.ts';
import { comparisons, someWeights } from '../../tuning/preference/synthetic.ts';

describe('paddock preference', { timeout: 600_000 }, () => {
  const folder = folderForAll();
  const preference = new CommandLine(folder, 'preference');
  const at = (name: string) => join(folder.path, name);
  const exported = async (name: string, judgements: readonly unknown[], features: readonly string[] = FEATURES) => {
    const path = at(name);
    await writeFile(path, JSON.stringify({ format: 'paddock-preferences', version: 1, features, judgements }));
    return path;
  };
  let judgements: readonly Judgement[];

  beforeAll(() => {
    const random = new Random(3);
    judgements = comparisons(someWeights(random, 3), 200, random);
  });

  it('learns from exported judgements, and measures held-out ones by grade, with every kind of margin', async () => {
    const file = await exported('own.json', judgements);
    const found = JSON.parse((await preference.run('learn', file, '--json')).stdout);
    expect(found).toMatchObject({ judgements: 200, prior: { of: 'model' }, meter: { comparisons: 200 } });
    expect(found.heldOut.map(({ margins }: { margins: string }) => margins)).toEqual(['none', 'small', 'large']);
    expect(found.weights).toHaveLength(FEATURES.length);
    expect(found.heldOut[1]).toMatchObject(found.meter.heldOut);
    expect(found.meter.heldOut.safe.all.of).toBe(0);
    const { stdout } = await preference.run('learn', file);
    expect(stdout).toMatch(/^ +significantly +better +slightly +negligibly +all$/m);
    expect(stdout).toMatch(/^ {2}Touvron et al\. 2023, small +80\.4 +67\.3 +60\.4 +55\.0 +63\.0$/m);
    expect(stdout).toMatch(/^ {2}Touvron et al\. 2023, safety +94\.3 +76\.3 +65\.7 +55\.3 +64\.5$/m);
    expect(stdout).toMatch(/The mini-bench: \d+ of \d+ by the prior, \d+ by the new heads/);
  });

  it('says when there are too few comparisons to choose an answer', async () => {
    const { stdout } = await preference.run('learn', await exported('few.json', judgements.slice(0, 20)));
    expect(stdout).toContain('20 comparisons are too few to trust the heads, 50 are needed');
  });

  it('answers several times, the best first, with the scores of each head', async () => {
    const options = ['best', 'Name a colour.', '--best-of', '4', '--max-tokens', '8', '--threads', '1', '--device', 'cpu'];
    const found = JSON.parse((await preference.run(...options, '--json')).stdout);
    const rewards = found.candidates.map(({ reward }: { reward: number }) => reward);
    expect(rewards).toEqual([...rewards].sort((a, b) => b - a));
    expect(found).toMatchObject({
      divergence: expect.closeTo(Math.log(4) - 3 / 4, 9),
      orderStatistic: expect.closeTo(1.0294, 3),
      tagged: found.refusal.probability >= 0.5,
    });
    const { stdout } = await preference.run(...options, '--tagged', '--judgements', await exported('more.json', judgements));
    expect(stdout).toContain('ranked by safety: the message may be unsafe');
    expect(stdout).toContain('KL of taking the best: 0.64 nats');
    expect(stdout.match(/answer \d, (?:complies|partly|refuses)/g)).toHaveLength(4);
  });

  it('limits the number of answers to what the judgements allow, and says so', async () => {
    const options = ['best', 'Name a colour.', '--best-of', '8', '--max-tokens', '2', '--threads', '1', '--device', 'cpu'];
    const { stdout } = await preference.run(...options);
    expect(stdout).toMatch(/^4 answers at/);
    expect(stdout).toContain('8 were asked for. An answer is chosen from 4 at most: 0 comparisons are too few');
    const found = JSON.parse(
      (await preference.run(...options, '--json', '--judgements', await exported('enough.json', judgements))).stdout,
    );
    expect(found).toMatchObject({ asked: 8, meter: { mostCandidates: 16 } });
    expect(found.candidates).toHaveLength(8);
  });

  it('refuses unusable judgements, unsupported numbers of answers, and a message without words', async () => {
    await writeFile(at('text.txt'), 'no JSON');
    for (const [args, words] of [
      [
        ['learn', await exported('part.json', [judgements[0], { kind: 'thumb' }])],
        /^paddock: .*part\.json: judgement 2 is not whole/,
      ],
      [['learn', await exported('other.json', judgements, ['length'])], /about other features/],
      [['learn', at('text.txt')], /is not JSON of exported judgements/],
      [['learn', at('missing.json')], /cannot be read/],
      [['best', 'x', '--best-of', '3'], /must be one of 1, 2, 4, 8, 16/],
      [['best', ' '], /message.*It must say something\./],
    ] as const) {
      expect(await preference.fail(...args)).toMatchObject({ code: 1, stderr: expect.stringMatching(words) });
    }
  });
});
