import type { Task } from './words.ts';

/** What a lightbulb offers. */
export interface Offer {
  readonly task: Task;
  /** Whether it is about the problems at the place, and offered beside their fixes. */
  readonly isFix: boolean;
}

/** Nothing where nothing is selected and nothing is wrong: a lightbulb at every cursor would be in the way. */
export function offersFor(isSelected: boolean, problems: number): Offer[] {
  if (problems > 0) {
    const about: Offer[] = [
      { task: 'fix', isFix: true },
      { task: 'explain', isFix: true },
    ];
    return isSelected ? [...about, { task: 'document', isFix: false }, { task: 'tests', isFix: false }] : about;
  }
  const tasks: Task[] = isSelected ? ['explain', 'fix', 'document', 'tests'] : [];
  return tasks.map((task) => ({ task, isFix: false }));
}
