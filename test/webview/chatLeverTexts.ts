import type { CHAT_LEVER_TEXT_KEYS } from '../../webview/protocol/chatLeverTexts.ts';

/** The texts of levers in English, as the extension gives them. */
export const chatLeverTexts: Readonly<Record<(typeof CHAT_LEVER_TEXT_KEYS)[number], string>> = {
  leverNow: 'It drives {0}.',
  levers: 'Levers',
  leversNote:
    'The dial drives the best of them. Set by itself, each keeps its own value for this model until it is reset (docs/guide.md, “What a model refuses”).',
  leverToken: 'the token by which the model decides',
  leverDirection: 'a refusal direction',
  leverOpening: 'the words that refusals begin with',
  leverTokenNote:
    'The model first weighs whether to refuse; the threshold says how probable a refusal must be to happen. By itself the more probable of the two happens (Jain et al. 2024, arXiv 2412.06748).',
  leverDirectionNote:
    'In its residual stream a model differs along one direction between what it refuses and what it answers. Adding that direction brings refusals about, subtracting it or taking it out takes them away (Arditi et al. 2024, arXiv 2406.11717; Panickssery et al. 2024, arXiv 2312.06681).',
  leverOpeningNote:
    'A bias on the logits of the words that refusals begin with, such as “I” and “Sorry”, at the first token of an answer, where a refusal is mostly decided (Qi et al. 2024, arXiv 2406.05946). It is rough: helpful answers that begin with them are held back, too.',
  leverBest: 'the best of several answers',
  leverBestNote:
    'Several answers are drawn, and the best by the models of preference is shown: the safest where the message may be unsafe or an answer scores below 0.15 for safety, else the most helpful (Best-of-K; Touvron et al. 2023, section 3.2.3). It chooses among what the model says, so the dial does not drive it.',
  leverBestDrawn: '{0} answers are drawn',
  leverReady: 'there',
  leverDriven: 'driven by the dial',
  noTokens:
    'Not in this model: its answers do not begin with one of the tokens <|comply|> and <|refuse|>, whose probability could be weighed.',
  ownGraph:
    'Not in this model: its graph comes with its files, and nothing can be added within it. A model in the form of GGUF or safetensors can be steered.',
  noDirection: 'Not yet: no direction is stored for this model. Find one in it, or import one that was found in it.',
  leverDecides: 'Not in this model: it decides by a token of its own, before there are words.',
  noHeads: 'Not with this model: neither it nor Paddock has models of preference for it.',
  noOpenings: 'Not in this model: its vocabulary has no token that refusals alone begin with.',
  drivenAdd: '{0}: {1} of the direction is added',
  drivenSubtract: '{0}: {1} of the direction is subtracted',
  drivenBias: '{0}: a bias of {1} nats on the words that refusals begin with',
  ownUse: 'Set Each Lever by Itself',
  ownNote: 'The dial rests meanwhile: what is set here holds from the next message on.',
  ownThreshold: 'Threshold: refused is what is more probably refused than this',
  ownMode: 'What becomes of the direction',
  modeAdd: 'It is added',
  modeProject: 'It is taken out',
  ownCoefficient: 'Coefficient: how many times; below 0 the opposite',
  ownBias: 'Bias in nats: above 0 refusals are more probable',
  direction: 'Direction',
  leverReset: 'Reset',
  directionNote:
    'To find one, the model reads 80 messages, half of which should be refused; the direction is the difference of their means that brings refusals about and takes them away best (Arditi et al. 2024, section 2). That takes seconds to minutes, in the background. What is imported may come from llama.cpp.',
  directionFind: 'Find a Direction',
  directionImport: 'Import…',
  directionExport: 'Export…',
  directionRename: 'Rename…',
  directionRemove: 'Remove',
  dialTarget: 'Set to {1}: at Most {0} False Refusals',
  dialTargetNote:
    'The strictest place of the dial at which, in the last audit of this model, no set of harmless requests was refused more often: false refusals, as LLaMA 2’s makers count them (Touvron et al. 2023, section 4.2.3).',
  dialAudit: 'Audit Refusals…',
  dialAuditNote:
    'Asks this model, on this machine, what sounds dangerous and is not, what should be refused, and what is ordinary, in the manner of XSTest (Röttger et al. 2024, arXiv 2308.01263).',
  refusedHere: 'With the dial here, the last audit found refused: {0}.',
  refusedBorderline: '{0} of harmless requests that sound dangerous',
  refusedContrast: '{0} of requests that should be refused',
  refusedOrdinary: '{0} of ordinary requests',
  refusedOther: '{0} of “{1}”',
  refusedUnknown: 'Audit this model to see how many harmless requests it refuses with the dial at each place.',
  decisionWords: 'refused, by its words',
};
