import { Session } from 'node:inspector/promises';
import { EngineSupervisor } from '../../../extension/engineSupervisor.ts';
import { engineEntry } from '../../support/paths.ts';
import { seededRandom } from '../quality/random.ts';
import { type SourceFile, splitRepository } from '../quality/repository.ts';
import { Inspector, inspectorIn, type Memory, memoryOf, type Post } from './memory.ts';
import { Overseer } from './overseer.ts';
import { Page } from './page.ts';
import { type Findings, type Habits, Person } from './person.ts';

/** Documents of each folder that are edited; the workspace memory has these and all others. */
const WORKED_ON = 4;
/** Keys between two measurements of the memory of both processes. */
const SAMPLE = 25;
/** Average number of keys between two saves, two changes of settings, and two actions that concern the engine. */
const BETWEEN = { saves: 40, settings: 60, engine: 500 };

type Model = Parameters<EngineSupervisor['open']>[0];

/** Switching to another window and back, reopening the model, forgetting the workspace memory. */
const ENGINE_CHANGES: readonly ((supervisor: EngineSupervisor, model: Model) => Promise<unknown>)[] = [
  (supervisor, model) => supervisor.open({ ...model, window: model.window >> 1 }),
  (supervisor, model) => supervisor.open(model),
  (supervisor, model) => supervisor.open(model),
  (supervisor) => supervisor.forgetWorkspace(),
];

export interface SoakOptions {
  readonly folders: readonly string[];
  readonly model: string;
  readonly keys: number;
  readonly seed: number;
  readonly window: number;
  readonly onProgress?: (keys: number) => void;
}

/** The memory of a process at some key. */
export interface Sample extends Memory {
  /**
   * Whether the engine had entered all it was told of the workspace. It enters everything again after a change that concerns the engine, and
   * meanwhile holds less, by a share and for a time that depend on how fast the keys come.
   */
  readonly whole: boolean;
}

export interface Soaked extends Findings {
  readonly keys: number;
  readonly seconds: number;
  readonly asked: number;
  readonly mostWanted: number;
  readonly mostUnanswered: number;
  readonly memoryUpdates: number;
  readonly settingsChanges: number;
  /** Failures and unhandled errors. */
  readonly errors: readonly string[];
  /** The memory of both processes, at equal distances. */
  readonly engine: readonly Sample[];
  readonly host: readonly Sample[];
}

/** A long session: the real completer, supervisor, channel and engine process, and a simulated person. */
export async function soak({ folders, model: path, keys, seed, window, onProgress }: SoakOptions): Promise<Soaked> {
  const errors: string[] = [];
  const note = (error: unknown) => void errors.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.on('unhandledRejection', note);
  let address = '';
  const log = (level: string, message: string) => {
    address = inspectorIn(message) ?? address;
    if (level === 'error') note(message);
  };
  const supervisor = new EngineSupervisor({ entry: engineEntry, log });
  const model = { role: 'completion', path, device: 'cpu', threads: 1, window } as const;
  const next = seededRandom(seed);
  // Random events other than keys do not depend on how fast answers come, as the keys do.
  const around = seededRandom(seed + 1);
  const files = folders.flatMap((folder) => {
    const { asked, others } = splitRepository(folder, WORKED_ON, seed);
    return { asked, all: [...asked, ...others] };
  });
  const overseer = new Overseer(supervisor);
  const pages = files.flatMap(({ asked }) => asked.map((file) => new Page(file.path, file.text)));
  const person = new Person(pages, overseer, next, note);
  const samples = { engine: [] as Sample[], host: [] as Sample[] };
  const host = new Session();
  host.connect();
  let engine: Inspector | undefined;
  let habits: Habits = { eagerness: 'all', lookAhead: true, maxTokens: 64, memory: true };
  let memoryUpdates = 0;
  let settingsChanges = 0;
  /** How often everything is being entered. */
  let entering = 0;
  const started = performance.now();
  try {
    inspectable(() => supervisor.start(model));
    await supervisor.ready();
    engine = await Inspector.connect(address);
    const everything = { documents: files.flatMap(({ all }) => all), gone: [] };
    await supervisor.remember(everything);
    // One-time costs come before anything is compared.
    for (const change of ENGINE_CHANGES) {
      await person.press(habits);
      await change(supervisor, model);
    }
    await supervisor.remember(everything);
    for (let key = 1; key <= keys; key++) {
      await person.press(habits);
      if (around() < 1 / BETWEEN.saves) {
        memoryUpdates++;
        supervisor.remember(savedOf(person.page, everything.documents, around)).catch(note);
      }
      if (around() < 1 / BETWEEN.settings) {
        settingsChanges++;
        habits = otherHabits(around);
      }
      if (around() < 1 / BETWEEN.engine) {
        settingsChanges++;
        const change = ENGINE_CHANGES[Math.floor(ENGINE_CHANGES.length * around())] as (typeof ENGINE_CHANGES)[number];
        await change(supervisor, model);
        entering++;
        const entered = () => void entering--;
        supervisor.remember(everything).catch(note).finally(entered);
        person.forget();
      }
      if (key % SAMPLE > 0) continue;
      const whole = entering === 0;
      samples.engine.push({ ...(await memoryOf(engine.post)), whole });
      samples.host.push({ ...(await memoryOf(host.post.bind(host) as Post)), whole });
      onProgress?.(key);
    }
    person.forget();
    await supervisor.unload();
  } finally {
    engine?.close();
    host.disconnect();
    supervisor.dispose();
    process.off('unhandledRejection', note);
  }
  const { asked, mostWanted, mostUnanswered } = overseer;
  const seconds = (performance.now() - started) / 1000;
  const counts = { keys, seconds, asked, mostWanted, mostUnanswered, memoryUpdates, settingsChanges };
  return { ...person.findings, ...counts, errors, ...samples };
}

/** Makes processes started from now on report the addresses of their inspectors, each at a port of its own. */
function inspectable(start: () => void): void {
  const { NODE_OPTIONS } = process.env;
  process.env.NODE_OPTIONS = `${NODE_OPTIONS ?? ''} --inspect=127.0.0.1:0`;
  start();
  if (NODE_OPTIONS === undefined) delete process.env.NODE_OPTIONS;
  else process.env.NODE_OPTIONS = NODE_OPTIONS;
}

/** What the memory is told of saved files: the active document as it is now, another one, and sometimes one that is removed. */
function savedOf(page: Page, all: readonly SourceFile[], next: () => number) {
  const some = () => all[Math.floor(all.length * next())] as SourceFile;
  const documents = [{ path: page.path, text: page.text }, some()];
  return { documents, gone: next() < 0.3 ? [some().path] : [] };
}

function otherHabits(next: () => number): Habits {
  const oneOf = <T>(...values: readonly T[]) => values[Math.floor(values.length * next())] as T;
  return {
    eagerness: oneOf('all', 'all', 'balanced', 'sure'),
    lookAhead: next() < 0.8,
    maxTokens: oneOf(16, 64, 64, 128),
    memory: next() < 0.8,
  };
}
