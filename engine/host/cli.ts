#!/usr/bin/env node
/** Entry point of the command line. It drives the same engine as the extension. */
import { Command, Option } from 'commander';
import manifest from '../../package.json' with { type: 'json' };
import { RETENTION_TURNS } from '../generate/retention.ts';
import { STEERING_MODES } from '../runtime/steering.ts';
import { AUDIT_SETS } from '../tuning/audit/sets.ts';
import { CANDIDATE_COUNTS } from '../tuning/preference/temperature.ts';
import { audit } from './commands/audit.ts';
import { bench } from './commands/bench.ts';
import { complete } from './commands/complete.ts';
import { contextCurveOf } from './commands/contextCurve.ts';
import { continueFile } from './commands/continue.ts';
import { copyDirection, directionInfo, findDirectionOf, listDirectionsOf, tryDirection } from './commands/direction.ts';
import { inspect } from './commands/inspect.ts';
import { logits } from './commands/logits.ts';
import { models } from './commands/models.ts';
import { perplexity } from './commands/perplexity.ts';
import { bestOfSeveral, learnPreferences } from './commands/preference.ts';
import { retentionOf } from './commands/retention.ts';
import { retrieval } from './commands/retrieval.ts';
import { run } from './commands/run.ts';
import { SCALING_HELP } from './commands/scalings.ts';
import { tokenize } from './commands/tokenize.ts';
import {
  between,
  candidateCount,
  count,
  message,
  nonNegative,
  numberList,
  position,
  share,
  tokenList,
} from './commands/values.ts';
import { DEVICES } from './protocol.ts';

const program = new Command('paddock')
  .description('Local code assistance from the command line: the same engine, the same model as in VS Code.')
  .version(manifest.version, '-V, --version', 'print the version');

const MODEL = 'model: a GGUF file, or a folder with safetensors or ONNX files (default: the model that comes with Paddock)';

/** Options of every command that runs a model. */
function runner(command: Command, precision: string): Command {
  return command
    .option('--model <path>', MODEL)
    .addOption(new Option('--device <device>', 'where to run').choices(DEVICES).default('auto'))
    .option('--threads <count>', 'threads of one run, no more than run at once on this machine; 0 chooses', count, 0)
    .option('--window <tokens>', 'tokens of context, at most; 0 is as many as the model was trained on', count, 0)
    .option('--conversions <folder>', 'where converted weights are kept (default: in your cache folder)')
    .addOption(
      new Option('--precision <precision>', 'fast: as in VS Code; exact: 4-bit weights, float32 activations; float32: as stored')
        .choices(['fast', 'exact', 'float32'])
        .default(precision),
    )
    .option('--json', 'print one JSON object');
}

/** Options of every command that writes text. */
function writer(command: Command): Command {
  return runner(command, 'fast')
    .option('--max-tokens <count>', 'most tokens to generate', position, 64)
    .option('--temperature <number>', '0 is greedy', nonNegative, 0)
    .option('--top-k <count>', 'only the k most probable tokens; 0 is all', count, 0)
    .option('--top-p <number>', 'only the most probable tokens up to this sum', nonNegative, 1)
    .option('--min-p <number>', 'only tokens at least so probable, as a share of the most probable', nonNegative, 0)
    .option('--repetition-penalty <number>', 'more than 1 makes what occurred less probable', nonNegative, 1)
    .option('--seed <number>', 'the same seed gives the same text', count, 0)
    .option('--stop <text...>', 'end before this text; \\n is a line break')
    .option('--no-look-up', 'run every token by itself instead of drafting from what the text repeats')
    .option('--alternatives <count>', 'with --json: tell each token with so many of the most probable', count, 0);
}

writer(program.command('complete <file>'))
  .description('complete code at a cursor')
  .requiredOption('--line <line>', 'line of the cursor, from 1', position)
  .requiredOption('--column <column>', 'column of the cursor, from 1, in UTF-16 units as in VS Code', position)
  .option('--multiline', 'go past the first line')
  .option('--path <path>', 'path told to the model (default: the file as given)')
  .action(complete);

writer(program.command('continue [file]')).description('go on with a text, or with standard input').action(continueFile);

runner(program.command('logits'), 'float32')
  .description('logits of the token after the given ones')
  .requiredOption('--tokens <ids>', 'token numbers, separated by commas', tokenList)
  .action(logits);

runner(program.command('perplexity <files...>'), 'float32')
  .description('how well the model predicts files: bits per byte, nats per token')
  .action(perplexity);

/** Options of the commands that measure long contexts. */
function measurer(command: Command, texts: number): Command {
  return runner(command, 'fast')
    .option('--scaling <name...>', SCALING_HELP)
    .option('--texts <count>', 'stretches of text to measure, at most', position, texts)
    .option('--csv <file>', 'write the figures to a file, too');
}

measurer(program.command('context-curve <paths...>'), 16)
  .description('how the loss on your files falls with the context, its power law, and the window it speaks for')
  .option('--threshold <nats>', 'what doubling the window has to gain per token', nonNegative, 0.02)
  .action(contextCurveOf);

measurer(program.command('retrieval <paths...>'), 8)
  .description('whether the model finds a line of your files again after so many tokens')
  .action(retrieval);

runner(program.command('retention'), 'fast')
  .description('how long the model keeps to an instruction in a conversation of 20 turns, with pinning and without')
  .option(
    '--turns <count>',
    `turns of each conversation, at most ${RETENTION_TURNS}`,
    between(1, RETENTION_TURNS),
    RETENTION_TURNS,
  )
  .option('--scaling <scaling>', SCALING_HELP)
  .option('--instruction <text>', 'words that are told together with each instruction that is checked')
  .option('--csv <file>', 'write the figures to a file, too')
  .action(retentionOf);

runner(program.command('audit'), 'fast')
  .description('how often the model refuses what it should answer, and answers what it should refuse')
  .addOption(new Option('--set <set>', 'which requests (default: all)').choices([...AUDIT_SETS, 'all']))
  .option('--csv <file>', 'requests of a file in the form of XSTest: columns id, prompt, and label (safe, unsafe) or type')
  .option('--sample <count>', 'only so many of each set', position)
  .option('--seed <number>', 'the same seed draws the same sample', count, 0)
  .option('--system <text>', 'system prompt', '')
  .option('--target <share>', 'false refusals you accept, 0 to 1', share, 0.05)
  .option('--direction <file>', 'sweep the dial along the directions of a file: up to where is a request refused')
  .option('--answers', 'also answer where P(refuse) can be read, and classify the answers')
  .option('--max-tokens <count>', 'most tokens of an answer, where one is needed', position, 96)
  .option(
    '--labelled <file>',
    'instead of a model: how far the classifier agrees with labelled answers (completion, final_label)',
  )
  .action(audit);

const direction = program
  .command('direction')
  .description('directions in a model that stand for refusing: found, tried, copied; files are control vectors of llama.cpp');

runner(direction.command('find'), 'fast')
  .description(
    'find the direction that two sets of messages differ by; a file of messages has one on each line, or is a JSON list',
  )
  .requiredOption('--refused <file>', 'messages that the model refuses')
  .requiredOption('--answered <file>', 'messages that it answers')
  .requiredOption('--out <file>', 'GGUF file to write')
  .option('--name <name>', 'what to call it (default: the name of the file)')
  .action(findDirectionOf);

direction
  .command('info <file>')
  .description('what a file of directions holds')
  .option('--json', 'print one JSON object')
  .action(directionInfo);

direction
  .command('list <folder>')
  .description('the directions in a folder')
  .option('--json', 'print one JSON object')
  .action(listDirectionsOf);

direction
  .command('copy <from> <to>')
  .description('copy directions, for use here or elsewhere; what holds none is refused')
  .option('--name <name>', 'another name')
  .option('--json', 'print one JSON object')
  .action(copyDirection);

runner(direction.command('try <file>'), 'fast')
  .description('how probable refusals of messages are when the model is steered')
  .requiredOption('--messages <file>', 'messages, one on each line, or a JSON list')
  .addOption(new Option('--mode <mode>', 'add the direction, or project it out').choices(STEERING_MODES).default('add'))
  .option('--coefficients <numbers>', 'separated by commas; negative ones subtract', numberList, [-1, 0, 1])
  .option('--tokens <ids>', "token numbers that refusals begin with (default: the model's own token)", tokenList)
  .action(tryDirection);

const preference = program
  .command('preference')
  .description('the preference model: what your judgements teach it, and the best of several answers by it');

preference
  .command('learn <file>')
  .description('what judgements teach that were exported from the page of preferences, and how far the result is to be trusted')
  .option('--model <path>', MODEL)
  .option('--json', 'print one JSON object')
  .action(learnPreferences);

runner(preference.command('best').argument('<message>', 'what is to be answered', message), 'fast')
  .description('several answers to a message, the best first, with R_h, R_s and R_c of each')
  .option(
    '--best-of <count>',
    `how many: ${CANDIDATE_COUNTS.join(', ')}; more than 4 once the judgements show that the order can be trusted`,
    candidateCount,
    4,
  )
  .option('--judgements <file>', 'exported judgements to learn from first (default: the prior alone)')
  .option('--system <text>', 'system prompt', '')
  .option('--max-tokens <count>', 'most tokens of each answer', position, 96)
  .option('--temperature <number>', 'instead of the one that is tuned to the number of answers', nonNegative)
  .option('--seed <number>', 'the same seed gives the same answers', count, 0)
  .option('--tagged', 'rank by safety alone, as where the model would rather refuse the message')
  .action(bestOfSeveral);

program
  .command('tokenize [file]')
  .description('tokens of a file, or of standard input')
  .option('--model <path>', MODEL)
  .option('--json', 'print one JSON object')
  .action(tokenize);

runner(program.command('bench [file]'), 'fast')
  .description('speed of the model on this machine; the file is a text to go on with, for what look-up gains')
  .option('--prompt <tokens>', 'tokens to prefill', position, 512)
  .option('--generate <tokens>', 'tokens to decode', between(2), 64)
  .option('--rounds <count>', 'rounds; medians are shown', position, 5)
  .option('--every-device', 'on each device instead of one')
  .action(bench);

program
  .command('inspect')
  .description('what a model is and how much memory it takes, without loading its weights')
  .option('--model <path>', MODEL)
  .option('--json', 'print one JSON object')
  .action(inspect);

program
  .command('models')
  .description('models that other programs keep on this machine')
  .option('--json', 'print one JSON object')
  .action(models);

// A reader that closes the pipe early (`paddock … | head`) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

await run(program, program.name());
