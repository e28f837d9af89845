import { l10n } from 'vscode';
import type { AuditTexts } from '../../webview/protocol/audit.ts';

/** The texts of the page in the language of the editor; `{0}` in them is filled by the page. */
export function auditTexts(): AuditTexts {
  return { ...formTexts(), ...resultTexts(), ...curveTexts(), ...requestTexts(), ...listTexts() };
}

function formTexts() {
  return {
    title: l10n.t('Audit Refusals'),
    about: l10n.t(
      'How often this model refuses what it should answer, and answers what it should refuse (Touvron et al. 2023, section 4.2.3). The requests are asked on this machine; suggestions and answers go first.',
    ),
    noModel: l10n.t('No model is open.'),
    sets: l10n.t('Sets of requests'),
    borderline: l10n.t('Borderline: sounds dangerous and is not'),
    contrast: l10n.t('Contrast: should be refused'),
    ordinary: l10n.t('Ordinary: of any day'),
    setsNote: l10n.t(
      'Paddock’s own requests, in the manner of XSTest: with thirty words that sound dangerous, on what should be refused, and of any day (Röttger et al. 2024, arXiv 2308.01263).',
    ),
    setCount: l10n.t('{0} ({1})', '{0}', '{1}'),
    importCsv: l10n.t('Import XSTest CSV…'),
    importNote: l10n.t('A file with the columns id, prompt, and label or type (Röttger et al. 2024, arXiv 2308.01263).'),
    under: l10n.t('What the model is told'),
    underNone: l10n.t('Nothing'),
    underChat: l10n.t('What the chat tells it now'),
    underLevels: l10n.t('Each prompt of the chat, one after the other'),
    underNote: l10n.t(
      "What a model is told first changes what it refuses: LLaMA 2 refused 38% of the safe requests of XSTest with Meta's prompt, 14% without (Röttger et al. 2024). Along a refusal direction each request is read at five places of the dial.",
    ),
    use: l10n.t('Use This Threshold in the Chat'),
    useTarget: l10n.t('Use It in the Chat'),
    run: l10n.t('Run Audit'),
    stop: l10n.t('Stop'),
    progress: l10n.t('Progress of the audit'),
    progressOf: l10n.t('{0} of {1}', '{0}', '{1}'),
    nothing: l10n.t('Nothing has been audited yet.'),
  };
}

function resultTexts() {
  return {
    result: l10n.t('Result'),
    audited: l10n.t('{0}, {1}: {2} requests.', '{0}', '{1}', '{2}'),
    partial: l10n.t('{0}, {1}: {2} requests, in part: it has not come to its end.', '{0}', '{1}', '{2}'),
    decides: l10n.t(
      'One reading of each request tells every setting of the dial: by the token that decides, by the words that refusals begin with, or along a direction.',
    ),
    answered: l10n.t(
      'This model has no token to refuse with, so it gave short answers, which are judged by their words. Of {0} answers that people labelled, {1} are judged as they were labelled (95%: {2}–{3}).',
      '{0}',
      '{1}',
      '{2}',
      '{3}',
    ),
    alsoAnswered: l10n.t('How probable a refusal is, was read at the first word; what the answers are, by all of their words.'),
    target: l10n.t('False refusals to accept'),
    targetNote: l10n.t('percent of each set, at most'),
    targetWhy: l10n.t(
      'So many harmless requests may be refused for the sake of those that should be. It is kept for this model. LLaMA 2, asked harmless requests that sound dangerous, refused 15% to 27% (Touvron et al. 2023, section 4.2.3).',
    ),
    targetReset: l10n.t('Reset to {0}', '{0}'),
    atTarget: l10n.t('To keep that, refuse where P(refuse) is above {0}: the strictest threshold that does. It comes to:', '{0}'),
    falseRate: l10n.t('{0}: {1} refused wrongly (95%: {2}–{3})', '{0}', '{1}', '{2}', '{3}'),
    missedRate: l10n.t('{0}: {1} answered wrongly (95%: {2}–{3})', '{0}', '{1}', '{2}', '{3}'),
    area: l10n.t('area under the curve {0}', '{0}'),
    outcomes: l10n.t('What the answers are'),
    set: l10n.t('Set'),
    complies: l10n.t('Complies'),
    partly: l10n.t('Partly'),
    refuses: l10n.t('Refuses'),
    interval: l10n.t('{0} ({1}–{2})', '{0}', '{1}', '{2}'),
  };
}

function curveTexts() {
  return {
    curves: l10n.t('Refusals over the dial'),
    curvesCaption: l10n.t(
      'The model refuses where P(refuse) is above the threshold: strict on the left, permissive on the right. Bands are 95% intervals (Wilson). The dotted upright line is the threshold for your target, the solid one that of the requests below.',
    ),
    thresholdAxis: l10n.t('Threshold of P(refuse)'),
    wrongAxis: l10n.t('Treated wrongly'),
    llama2: l10n.t('LLaMA 2, borderline: {0}–{1}', '{0}', '{1}'),
    withPrompt: l10n.t("LLaMA 2 on XSTest, with Meta's prompt: {0}", '{0}'),
    withoutPrompt: l10n.t('LLaMA 2 on XSTest, without it: {0}', '{0}'),
    llama2Source: l10n.t(
      'LLaMA 2 refused {0} (without data of safety) to {1} (with all of it) of the 210 borderline requests of its makers (Touvron et al. 2023, section 4.2.3, arXiv 2307.09288).',
      '{0}',
      '{1}',
    ),
    xstestSource: l10n.t(
      "LLaMA 2 Chat refused {0} of the 250 safe requests of XSTest with Meta's system prompt, {1} without it (Röttger et al. 2024, arXiv 2308.01263). All these are other requests than Paddock's own.",
      '{0}',
      '{1}',
    ),
    pick: l10n.t('Threshold on the plot'),
    pickNote: l10n.t(
      'Click on the plot, or go along it with the arrow keys, and the requests that are treated wrongly there are listed below; Enter goes to them.',
    ),
    here: l10n.t('At a threshold of {0}: {1}', '{0}', '{1}'),
    table: l10n.t('As a table'),
    threshold: l10n.t('Threshold'),
    falseColumn: l10n.t('{0}: refused wrongly', '{0}'),
    missedColumn: l10n.t('{0}: answered wrongly', '{0}'),
  };
}

function requestTexts() {
  return {
    requests: l10n.t('Requests'),
    requestsNote: l10n.t(
      'What the model refuses at a threshold, and what of it wrongly: a false refusal is of a harmless request, for irrelevant reasons (Touvron et al. 2023, section 4.2.3). Used in the chat, the threshold is where the dial stands for this model.',
    ),
    show: l10n.t('Show'),
    allSets: l10n.t('All sets'),
    onlyWrong: l10n.t('Only what is treated wrongly'),
    probability: l10n.t('P(refuse)'),
    decision: l10n.t('Decision'),
    request: l10n.t('Request'),
    isRefused: l10n.t('refused'),
    isAnswered: l10n.t('answered'),
    isWrong: l10n.t('{0}, wrongly', '{0}'),
    wrongAt: l10n.t('At a threshold of {0}: {1} refused wrongly, {2} answered wrongly.', '{0}', '{1}', '{2}'),
    byGroup: l10n.t('Treated wrongly, by word or subject'),
    byContext: l10n.t('Treated wrongly, by what is asked for'),
    shell: l10n.t('how-to in a shell'),
    explain: l10n.t('explain code'),
    test: l10n.t('write a test'),
    log: l10n.t('read a log'),
    refactor: l10n.t('refactor'),
    naming: l10n.t('name something'),
    security: l10n.t('learn about security'),
  };
}

function listTexts() {
  return {
    audits: l10n.t('Audits'),
    auditsCaption: l10n.t(
      'Each line is the dial of one audit, over all of its requests: the nearer to the corner at the lower left, the better. Only audits of the same sets can be compared. Missed over false refusals are a receiver operating characteristic (Fawcett 2006, doi 10.1016/j.patrec.2005.10.010).',
    ),
    falseAxis: l10n.t('False refusals'),
    missedAxis: l10n.t('Missed refusals'),
    open: l10n.t('Show'),
    compare: l10n.t('Compare'),
    remove: l10n.t('Remove'),
    exportJson: l10n.t('Export as JSON…'),
    isShown: l10n.t('shown above'),
  };
}
