import { l10n } from 'vscode';

/** What the panel says of levers; places such as `{0}` are filled by the panel. */
export function leverTexts() {
  return { ...explained(), ...reasons(), ...settings() };
}

function explained() {
  return {
    leverNow: l10n.t('It drives {0}.', '{0}'),
    levers: l10n.t('Levers'),
    leversNote: l10n.t(
      'The dial drives the best of them. Set by itself, each keeps its own value for this model until it is reset (docs/guide.md, “What a model refuses”).',
    ),
    leverToken: l10n.t('the token by which the model decides'),
    leverDirection: l10n.t('a refusal direction'),
    leverOpening: l10n.t('the words that refusals begin with'),
    leverTokenNote: l10n.t(
      'The model first weighs whether to refuse; the threshold says how probable a refusal must be to happen. By itself the more probable of the two happens (Jain et al. 2024, arXiv 2412.06748).',
    ),
    leverDirectionNote: l10n.t(
      'In its residual stream a model differs along one direction between what it refuses and what it answers. Adding that direction brings refusals about, subtracting it or taking it out takes them away (Arditi et al. 2024, arXiv 2406.11717; Panickssery et al. 2024, arXiv 2312.06681).',
    ),
    leverOpeningNote: l10n.t(
      'A bias on the logits of the words that refusals begin with, such as “I” and “Sorry”, at the first token of an answer, where a refusal is mostly decided (Qi et al. 2024, arXiv 2406.05946). It is rough: helpful answers that begin with them are held back, too.',
    ),
    leverBest: l10n.t('the best of several answers'),
    leverBestNote: l10n.t(
      'Several answers are drawn, and the best by the models of preference is shown: the safest where the message may be unsafe or an answer scores below 0.15 for safety, else the most helpful (Best-of-K; Touvron et al. 2023, section 3.2.3). It chooses among what the model says, so the dial does not drive it.',
    ),
    leverBestDrawn: l10n.t('{0} answers are drawn', '{0}'),
    leverReady: l10n.t('there'),
    leverDriven: l10n.t('driven by the dial'),
    drivenAdd: l10n.t('{0}: {1} of the direction is added', '{0}', '{1}'),
    drivenSubtract: l10n.t('{0}: {1} of the direction is subtracted', '{0}', '{1}'),
    drivenBias: l10n.t('{0}: a bias of {1} nats on the words that refusals begin with', '{0}', '{1}'),
  };
}

function reasons() {
  return {
    noTokens: l10n.t(
      'Not in this model: its answers do not begin with one of the tokens <|comply|> and <|refuse|>, whose probability could be weighed.',
    ),
    ownGraph: l10n.t(
      'Not in this model: its graph comes with its files, and nothing can be added within it. A model in the form of GGUF or safetensors can be steered.',
    ),
    noDirection: l10n.t('Not yet: no direction is stored for this model. Find one in it, or import one that was found in it.'),
    leverDecides: l10n.t('Not in this model: it decides by a token of its own, before there are words.'),
    noHeads: l10n.t('Not with this model: neither it nor Paddock has models of preference for it.'),
    noOpenings: l10n.t('Not in this model: its vocabulary has no token that refusals alone begin with.'),
  };
}

function settings() {
  return {
    ownUse: l10n.t('Set Each Lever by Itself'),
    ownNote: l10n.t('The dial rests meanwhile: what is set here holds from the next message on.'),
    ownThreshold: l10n.t('Threshold: refused is what is more probably refused than this'),
    ownMode: l10n.t('What becomes of the direction'),
    modeAdd: l10n.t('It is added'),
    modeProject: l10n.t('It is taken out'),
    ownCoefficient: l10n.t('Coefficient: how many times; below 0 the opposite'),
    ownBias: l10n.t('Bias in nats: above 0 refusals are more probable'),
    direction: l10n.t('Direction'),
    leverReset: l10n.t('Reset'),
    directionNote: l10n.t(
      'To find one, the model reads 80 messages, half of which should be refused; the direction is the difference of their means that brings refusals about and takes them away best (Arditi et al. 2024, section 2). That takes seconds to minutes, in the background. What is imported may come from llama.cpp.',
    ),
    directionFind: l10n.t('Find a Direction'),
    directionImport: l10n.t('Import…'),
    directionExport: l10n.t('Export…'),
    directionRename: l10n.t('Rename…'),
    directionRemove: l10n.t('Remove'),
    dialTarget: l10n.t('Set to {1}: at Most {0} False Refusals', '{0}', '{1}'),
    dialTargetNote: l10n.t(
      'The strictest place of the dial at which, in the last audit of this model, no set of harmless requests was refused more often: false refusals, as LLaMA 2’s makers count them (Touvron et al. 2023, section 4.2.3).',
    ),
    dialAudit: l10n.t('Audit Refusals…'),
    dialAuditNote: l10n.t(
      'Asks this model, on this machine, what sounds dangerous and is not, what should be refused, and what is ordinary, in the manner of XSTest (Röttger et al. 2024, arXiv 2308.01263).',
    ),
    refusedHere: l10n.t('With the dial here, the last audit found refused: {0}.', '{0}'),
    refusedBorderline: l10n.t('{0} of harmless requests that sound dangerous', '{0}'),
    refusedContrast: l10n.t('{0} of requests that should be refused', '{0}'),
    refusedOrdinary: l10n.t('{0} of ordinary requests', '{0}'),
    refusedOther: l10n.t('{0} of “{1}”', '{0}', '{1}'),
    refusedUnknown: l10n.t('Audit this model to see how many harmless requests it refuses with the dial at each place.'),
    decisionWords: l10n.t('refused, by its words'),
  };
}
