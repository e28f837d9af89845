import type { Section } from '../report.ts';
import type { Setting } from '../setting.ts';

export async function webAssembly(_: Setting): Promise<Section> {
  return { markdown: '', found: [] };
}
