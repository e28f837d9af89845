import { l10n } from 'vscode';
import type { ContextTexts } from '../../webview/protocol/context.ts';

/** The texts of the page in the language of the editor; `{0}` in them is filled by the page. */
export function contextTexts(): ContextTexts {
  return {
    ...formTexts(),
    ...scalingTexts(),
    ...recommendationTexts(),
    ...lossTexts(),
    ...retrievalTexts(),
    ...retentionTexts(),
  };
}

function formTexts() {
  return {
    title: l10n.t('Measure Context'),
    about: l10n.t('How much this model makes of a longer context, measured with your own code on this machine.'),
    noModel: l10n.t('No model is open.'),
    model: l10n.t('{0}, trained on {1} tokens', '{0}', '{1}'),
    files: l10n.t('{0} files of the workspace were read.', '{0}'),
    filesOpen: l10n.t('The workspace is not trusted: only {0} open files were read.', '{0}'),
    looking: l10n.t('Looking for code to measure with…'),
    noTexts: l10n.t('There is too little code to measure with. Open a folder or files with more.'),
    longest: l10n.t('There is code for windows up to {0} tokens, and memory for {1}.', '{0}', '{1}'),
    window: l10n.t('Largest window'),
    windowNote: l10n.t('tokens; twice as many take more than twice as long'),
    texts: l10n.t('Stretches of code'),
    textsNote: l10n.t('more make the curve surer'),
    scalings: l10n.t('Scalings of positions to compare'),
    scalingFixed: l10n.t(
      'The positions of this model cannot be scaled: they are not rotary, or are fixed in a graph that comes with its files.',
    ),
    factor: l10n.t('Factor'),
    base: l10n.t('Base'),
    measure: l10n.t('Measure'),
    stop: l10n.t('Stop'),
    progress: l10n.t('Progress of the measurement'),
    measured: l10n.t('Measured {0}, up to {1} tokens.', '{0}', '{1}'),
    partial: l10n.t('Measured {0}, up to {1} tokens, in part: it has not come to its end.', '{0}', '{1}'),
    showComplete: l10n.t('Show the Complete One of {0}', '{0}'),
    showStopped: l10n.t('Show the One of {0} That Was Stopped', '{0}'),
    nothing: l10n.t('Nothing has been measured with this model yet.'),
  };
}

function scalingTexts() {
  return {
    own: l10n.t('As the model says'),
    none: l10n.t('None'),
    linear: l10n.t('Linear (PI)'),
    byBase: l10n.t('Other base (ABF)'),
    ntk: l10n.t('NTK'),
    yarn: l10n.t('YaRN'),
    dynamic: l10n.t('Dynamic NTK'),
  };
}

function recommendationTexts() {
  return {
    recommendation: l10n.t('Recommended window'),
    threshold: l10n.t('Worth it from'),
    thresholdNote: l10n.t('nats a token gained by doubling the window'),
    enough: l10n.t('{0} tokens. Doubling that would gain {1} nats a token, which is less than {2}.', '{0}', '{1}', '{2}'),
    limited: l10n.t(
      '{0} tokens, the most that was measured. Doubling that would still gain {1} nats a token, {2} or more: measure a larger window.',
      '{0}',
      '{1}',
      '{2}',
    ),
    cost: l10n.t('Full, it takes {0} to read and {1} of memory.', '{0}', '{1}'),
    tooFew: l10n.t('Too few stretches of code for a recommendation; two are the least.'),
    use: l10n.t('Use in Chat'),
  };
}

function lossTexts() {
  return {
    loss: l10n.t('Loss by context'),
    lossCaption: l10n.t(
      'How badly the next token is guessed behind so much of your code: lower is better, flat means that more context adds nothing. Dots are measured, lines fitted, the bands around them their 95% intervals; the dotted line is the length that it was trained on.',
    ),
    lossAxis: l10n.t('Loss (nats a token)'),
    contextAxis: l10n.t('Context (tokens)'),
    law: l10n.t('Fitted law'),
    lawNote: l10n.t('L(c) = (α/c)^β + γ, with 95% intervals'),
    references: l10n.t('LLaMA 2 Long, moved'),
    referencesNote: l10n.t(
      'For comparison the laws of LLaMA 2 Long (7B to 70B; Xiong et al. 2023, table 4). They are of prose and of another vocabulary, so each is moved to end where the first curve does: only how they fall can be compared.',
    ),
    table: l10n.t('As a table'),
    context: l10n.t('Context'),
    stretches: l10n.t('Stretches'),
    exportCsv: l10n.t('Export as CSV…'),
    exportSvg: l10n.t('Export as SVG…'),
  };
}

function retrievalTexts() {
  return {
    retrieval: l10n.t('First line found again'),
    retrievalCaption: l10n.t(
      'How well the model repeats a line of your code when it is asked for so many tokens later: ROUGE-L, 100% is word for word. The dashed line is how well it guesses without having read the line.',
    ),
    notThere: l10n.t('line not there'),
    noRetrieval: l10n.t('Not measured: no text goes on long enough behind such a line.'),
    lengthAxis: l10n.t('Length (tokens)'),
    scoreAxis: l10n.t('Found (ROUGE-L)'),
    length: l10n.t('Length'),
  };
}

function retentionTexts() {
  return {
    retention: l10n.t('Instruction kept'),
    retentionAbout: l10n.t(
      'How long this model keeps to an instruction: it answers 20 questions, once with the instruction said in the first of them and once with it pinned, in the window as the chat uses it. Tested are the rules that are pinned in the chat, or all four whose keeping can be checked.',
    ),
    testRetention: l10n.t('Test Retention'),
    retentionTested: l10n.t('Tested {0}, in a window of {1} tokens.', '{0}', '{1}'),
    retentionPartial: l10n.t('Tested {0}, in a window of {1} tokens, in part: it has not come to its end.', '{0}', '{1}'),
    retentionScaling: l10n.t('Scaling of positions: {0}.', '{0}'),
    retentionRules: l10n.t('Instructions: {0}.', '{0}'),
    retentionText: l10n.t('Each was told together with the words that were pinned in the chat.'),
    retentionCaption: l10n.t(
      'The part of the answers that keep to the instruction, by turn of the conversation. Answers without anything it applies to, such as code, are not counted.',
    ),
    saidOnce: l10n.t('Said once'),
    pinned: l10n.t('Pinned'),
    turn: l10n.t('Turn'),
    turnAxis: l10n.t('Turn of the conversation'),
    keptAxis: l10n.t('Kept'),
    ofAnswers: l10n.t('{0} of {1}', '{0}', '{1}'),
  };
}
