import { l10n } from 'vscode';
import type { ChatTexts } from '../../webview/protocol/chatTexts.ts';
import { dialTexts } from './dial/dialTexts.ts';
import { ruleNames } from './pins/ruleNames.ts';
import { preferenceTexts } from './preference/preferenceTexts.ts';

/** The texts of the panel in the language of the editor; places such as `{0}` in them are filled by the panel. */
export function chatTexts(): ChatTexts {
  return {
    ...messageTexts(),
    ...composerTexts(),
    ...gaugeTexts(),
    ...windowTexts(),
    ...pinTexts(),
    ...dialTexts(),
    ...historyTexts(),
    ...preferenceTexts(),
  };
}

function messageTexts() {
  return {
    conversation: l10n.t('Conversation'),
    newConversation: l10n.t('New Conversation'),
    conversations: l10n.t('Conversations'),
    close: l10n.t('Close'),
    openModel: l10n.t('Open Model…'),
    loadModel: l10n.t('Load It Again'),
    you: l10n.t('You'),
    paddock: l10n.t('Paddock'),
    answering: l10n.t('Paddock is answering.'),
    stopped: l10n.t('Stopped before its end.'),
    wordless: l10n.t('The model ended its answer without a word.'),
    leftOut: l10n.t('Left out of the last prompt: no room in the window.'),
    cut: l10n.t('Characters cut off its beginning in the last prompt, for want of room: {0}.', '{0}'),
    summary: l10n.t('What stood for the messages that had no room'),
    noRoom: l10n.t('no room'),
    earlier: l10n.t('Show Earlier Messages'),
    later: l10n.t('Show Later Messages'),
    latest: l10n.t('Go to the Latest Message'),
    copy: l10n.t('Copy'),
    copied: l10n.t('Copied'),
    edit: l10n.t('Edit'),
    regenerate: l10n.t('Answer Again'),
    shade: l10n.t('Shade What the Model Was Unsure Of'),
    shadeNote: l10n.t(
      'How probable each token was to the model when it wrote it. A low figure means that it wavered, not that it is wrong; a high one does not mean that it is right.',
    ),
    shadeLegend: l10n.t('Probability to the model:'),
    shadeLow: l10n.t('below 50%'),
    shadeLowest: l10n.t('below 10%'),
    unknownName: l10n.t(
      '{0} was found neither in the workspace, nor in the conversation, nor among the names of the language and its libraries. The model may have made it up.',
      '{0}',
    ),
    previousVersion: l10n.t('Previous Version'),
    nextVersion: l10n.t('Next Version'),
    version: '{0}/{1}',
    cancel: l10n.t('Cancel'),
    oneToken: l10n.t('1 token'),
    manyTokens: l10n.t('{0} tokens', '{0}'),
    speed: l10n.t('{0} tokens/s', '{0}'),
    firstToken: l10n.t('first after {0}', '{0}'),
    code: l10n.t('Code: {0}', '{0}'),
    codeLine: l10n.t('Code, 1 line.'),
    codeLines: l10n.t('Code, {0} lines.', '{0}'),
    insertCode: l10n.t('Insert at Cursor'),
    applyCode: l10n.t('Apply as a Diff'),
    newFile: l10n.t('New File'),
    invisible: l10n.t('Invisible character {0}', '{0}'),
    image: l10n.t('Image: {0}', '{0}'),
  };
}

function composerTexts() {
  return {
    message: l10n.t('Message'),
    placeholder: l10n.t('Ask, / for commands, @ to attach'),
    placeholderAttached: l10n.t('Ask about it, or send it to have it explained'),
    send: l10n.t('Send'),
    stop: l10n.t('Stop'),
    attach: l10n.t('Attach'),
    attachments: l10n.t('Attached'),
    detach: l10n.t('Remove {0}', '{0}'),
    showAttachment: l10n.t('Show what the model was given'),
    examples: l10n.t('Examples'),
    examplesNote: l10n.t('From your workspace: how code like this was documented or tested.'),
    examplesNone: l10n.t('Nothing like it is in the workspace.'),
    examplesFound: l10n.t('Found in the workspace: {0}', '{0}'),
    examplesGiven: l10n.t('Examples given'),
    drop: l10n.t('Drop files here to attach them'),
    attachFile: l10n.t('Files; or drag them here, with Shift held'),
    attachSelection: l10n.t('The selection'),
    attachSymbol: l10n.t('A symbol of the open file'),
    attachProblems: l10n.t('Problems of the file or the workspace'),
    attachTerminal: l10n.t('The selection in the terminal'),
    commands: l10n.t('Commands'),
    commandExplain: l10n.t('Explain code'),
    commandFix: l10n.t('Fix code'),
    commandDoc: l10n.t('Write its documentation'),
    commandTests: l10n.t('Write tests for it'),
    commandShorter: l10n.t('The last answer, in fewer words'),
    commandClear: l10n.t('Begin a new conversation'),
  };
}

function gaugeTexts() {
  return {
    gauge: l10n.t('Context window'),
    used: l10n.t('{0} of {1} tokens', '{0}', '{1}'),
    cache: l10n.t('{0} of cache', '{0}'),
    part: l10n.t('Part'),
    tokens: l10n.t('Tokens'),
    share: l10n.t('{0}: {1} ({2}, {3})', '{0}', '{1}', '{2}', '{3}'),
    segmentSystem: l10n.t('System'),
    segmentPinned: l10n.t('Pinned instruction'),
    segmentHistory: l10n.t('Earlier messages'),
    segmentExamples: l10n.t('Examples'),
    segmentAttachments: l10n.t('Attachments'),
    segmentMessage: l10n.t('This message'),
    segmentReserve: l10n.t('Reserved for the answer'),
    free: l10n.t('Free'),
    trained: l10n.t('The model was trained on {0} tokens', '{0}'),
    beyond: l10n.t('Positions beyond {0} tokens are more than the scaling supports', '{0}'),
    showLeftOut: l10n.t('Show what was left out'),
  };
}

function windowTexts() {
  return {
    window: l10n.t('Window'),
    windowNote: l10n.t('Tokens that the model sees at once. A larger window takes more memory, and every answer more time.'),
    measure: l10n.t('Measure Context…'),
    measureNote: l10n.t('What a longer window is worth, with your own code.'),
    scaling: l10n.t('Scaling of positions'),
    scalingNote: l10n.t(
      'How the model reads positions beyond those it was trained on. Leave it as it is unless the window is larger than that.',
    ),
    scalingFixed: l10n.t(
      'The positions of this model cannot be scaled: they are not rotary, or are fixed in a graph that comes with its files.',
    ),
    scalingOwn: l10n.t('As the model says'),
    scalingNone: l10n.t('None'),
    scalingLinear: l10n.t('Linear (PI)'),
    scalingBase: l10n.t('Other base (ABF)'),
    scalingNtk: l10n.t('NTK'),
    scalingYarn: l10n.t('YaRN'),
    scalingDynamic: l10n.t('Dynamic NTK'),
    factor: l10n.t('Factor'),
    base: l10n.t('Base'),
    slides: l10n.t('Slide over long answers'),
    slidesNote: l10n.t(
      'An answer may be longer than what is reserved for it: at the end of the window the oldest tokens are forgotten, and it goes on.',
    ),
    slidesNot: l10n.t(
      'The window of this model cannot slide: its positions were learned one by one, or are fixed in a graph that comes with its files.',
    ),
    sinks: l10n.t('First tokens that stay'),
    overflow: l10n.t('When a conversation is too long'),
    overflowNote: l10n.t('What is left out of the prompt. The message itself is always sent whole.'),
    overflowOldest: l10n.t('Leave out the oldest messages'),
    overflowMiddle: l10n.t('Leave out the middle'),
    overflowLeft: l10n.t('Cut off the beginning'),
    overflowSummary: l10n.t('Sum up the oldest messages'),
    reserve: l10n.t('Reserved for the answer'),
    reserveNote: l10n.t('Tokens that are kept free. An answer ends after that many, unless the window slides.'),
    resetForModel: l10n.t('Reset for This Model'),
  };
}

function pinTexts() {
  const rules = ruleNames();
  return {
    pin: l10n.t('Pinned instruction'),
    pinNote: l10n.t('An instruction for the whole conversation. It costs its tokens each time it is sent.'),
    pinCostEvery: l10n.t('About {0} with every message', '{0}'),
    pinCostFirst: l10n.t('About {0} with the first message', '{0}'),
    pinTest: l10n.t('Test Retention…'),
    pinTestNote: l10n.t('How long the model keeps to what is pinned here: twenty questions, on the page that measures.'),
    pinText: l10n.t('Instruction, such as: Answer in TypeScript only.'),
    pinMode: l10n.t('Send it'),
    pinOff: l10n.t('Never'),
    pinFirst: l10n.t('With the first message'),
    pinEvery: l10n.t('With every message'),
    pinned: l10n.t('Pinned'),
    pinConstraints: l10n.t('Checked in every answer'),
    pinTypescript: rules.typescript,
    pinNoComments: rules.noComments,
    pinFiveLines: rules.fiveLines,
    pinChinese: rules.chinese,
    pinTurn: l10n.t('Keep in the Window'),
    unpin: l10n.t('Unpin {0}', '{0}'),
    checkKept: l10n.t('Kept: {0}', '{0}'),
    checkBroken: l10n.t('Not kept: {0}', '{0}'),
  };
}

function historyTexts() {
  return {
    search: l10n.t('Search'),
    rename: l10n.t('Rename {0}', '{0}'),
    title: l10n.t('Title'),
    delete: l10n.t('Delete {0}', '{0}'),
    deleteQuestion: l10n.t('Delete “{0}” for good?', '{0}'),
    deleteYes: l10n.t('Delete'),
    export: l10n.t('Export {0}', '{0}'),
    oneMessage: l10n.t('1 message'),
    manyMessages: l10n.t('{0} messages', '{0}'),
    noConversations: l10n.t('There is no conversation yet.'),
    noneFound: l10n.t('No conversation has these words.'),
    emptyTitle: l10n.t('Ask about your code'),
    emptyText: l10n.t(
      'The model runs on this machine, and nothing you write leaves it. A small model does best with one question about a little code at a time.',
    ),
    example1: l10n.t('Explain what the selected code does.'),
    example2: l10n.t('Write a function that groups a list by a key.'),
    example3: l10n.t('What does "Cannot read properties of undefined" mean?'),
  };
}
