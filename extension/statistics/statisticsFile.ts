import path from 'node:path';
import { SharedFile } from '../storage/sharedFile.ts';
import { parse, type StoredStatistics, serialize } from './storedStatistics.ts';

/** The one file of statistics, which all windows share. */
export class StatisticsFile extends SharedFile<StoredStatistics> {
  /** @param folder made when it is needed */
  constructor(folder: string, warn: (message: string) => void) {
    const file = path.join(folder, 'statistics.json');
    const onBroken = (aside: string) =>
      warn(`The statistics in ${file} cannot be understood. They are kept as ${aside}, and counting begins anew.`);
    super(file, { parse, serialize }, onBroken);
  }
}
