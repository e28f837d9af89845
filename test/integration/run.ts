/** `npm run integration`: the suite in a real VS Code. */
import { endTogether } from '../vscode/processes.ts';
import { runSuite } from './runSuite.ts';

endTogether(130);
const { passed, failures } = await runSuite((line) => console.log(line));
console.log(`${passed} passed, ${failures.length} failed`);
process.exit(failures.length === 0 ? 0 : 1);
