import path from 'node:path';
import { afterEach, beforeEach, expect } from 'vitest';
import { ChatController } from '../../../extension/chat/chatController.ts';
import type { Attached, ChatHost } from '../../../extension/chat/chatHost.ts';
import { ConversationStore } from '../../../extension/chat/conversationStore.ts';
import type { LeverSource } from '../../../extension/chat/dial/leverSource.ts';
import { DraftStore } from '../../../extension/chat/draftStore.ts';
import { NO_PREFERENCES, type PreferenceDoor } from '../../../extension/chat/preference/door.ts';
import type { ChatUpdate, ChatView } from '../../../webview/protocol/chat.ts';
import { isChatUpdate } from '../../../webview/protocol/chat.ts';
import type { ChatIntent } from '../../../webview/protocol/chatIntents.ts';
import { folderForEach } from '../../support/testFolders.ts';
import { until } from '../../support/until.ts';
import { ScriptedEngine } from './scriptedEngine.ts';

/** What is found to be alike. */
const siblings = ['one', 'two', 'three'].map((name) => ({
  label: `${name} (a.ts:1)`,
  language: 'typescript',
  code: `${name}();`,
  answer: `It is ${name}.`,
}));

/** The parts of a test: a scripted engine, and what the chat did with its answers. */
export interface ChatScene {
  engine: ScriptedEngine;
  /** What was sent to the panel. */
  updates: ChatUpdate[];
  /** What was asked of the editor. */
  done: string[];
  selection: Attached | undefined;
  /** What looking for names waits for. */
  searched: Promise<void> | undefined;
  memory: { readonly workspace: Map<string, unknown>; readonly everywhere: Map<string, unknown> };
  folder: string;
  drafts: DraftStore;
  preferences: PreferenceDoor;
  levers: LeverSource;
  chat: ChatController;
}

/** The scene of the present test; see {@link chatForEach}. */
export const here = {} as ChatScene;

const remembered = (map: Map<string, unknown>) => ({
  get: (key: string) => map.get(key),
  update: async (key: string, value: unknown) => void map.set(key, value),
});

/** A window with the chat in it, on the same disk as the one before. */
export async function openWindow(): Promise<ChatController> {
  let names = 0;
  const host: ChatHost = {
    words: {
      untitled: 'untitled',
      speakers: { user: 'You', assistant: 'Paddock' },
      when: String,
      model: ({ kind }) => kind,
      turnsLeftOut: (turns, all) => `${turns} of ${all} turns`,
      turnsSummedUp: (turns, all) => `${turns} of ${all} turns summed up`,
      summary: 'the summary',
      cutOff: (characters) => `${characters} characters`,
      examplesLeftOut: (examples) => `${examples} examples`,
      problem: (error) => (error as Error).message,
      reserveFull: (tokens) => `full at ${tokens}`,
      looped: 'repeated itself',
      noCode: 'no code',
    },
    workspace: remembered(here.memory.workspace),
    everywhere: remembered(here.memory.everywhere),
    newId: () => `id${here.memory.workspace.size}-${here.done.length}-${here.updates.length}-${names++}`,
    post: (update) => {
      expect(isChatUpdate(update)).toBe(true);
      here.updates.push(update);
    },
    tell: (message) => here.done.push(`tell ${message}`),
    log: (message) => here.done.push(`log ${message}`),
    copy: async (text) => void here.done.push(`copy ${text}`),
    openLink: async (href) => void here.done.push(`link ${href}`),
    showMarkdown: async (text) => void here.done.push(`markdown ${text}`),
    openModel: async () => void here.done.push('open model'),
    measureContext: async () => void here.done.push('measure'),
    direction: async (act, path) => void here.done.push(`direction ${act} ${path}`),
    audit: async () => void here.done.push('audit'),
    wakeEngine: () => undefined,
    loadModel: () => void here.done.push('load model'),
    examples: async (wanted, count) => {
      here.done.push(`examples ${wanted.command} ${wanted.code.label} ${count}`);
      return siblings.slice(0, count);
    },
    attach: async (what) => (what === 'selection' && here.selection ? [here.selection] : []),
    selection: () => here.selection,
    attachUris: async (uris) => uris.map((label) => ({ label, language: 'text', text: label })),
    showAttachment: async ({ label, text }) => void here.done.push(`show ${label}: ${text}`),
    runCode: async (action, { code }) => void here.done.push(`${action} ${code}`),
    preferences: here.preferences,
    levers: here.levers,
    unknownIn: async (answer, said) => {
      if (answer.includes('made')) here.done.push(`looked with ${said.filter((text) => text !== '').join(', ')}`);
      await here.searched;
      return answer.match(/made\w+/g) ?? [];
    },
  };
  const warn = (warning: string) => here.done.push(warning);
  here.drafts = new DraftStore(path.join(here.folder, 'draft', 'draft.json'), warn);
  const controller = new ChatController(here.engine, new ConversationStore(here.folder, warn), here.drafts, host);
  await controller.start();
  return controller;
}

/** Sends an intent, as the panel does. */
export const wish = (intent: ChatIntent) => here.chat.answerIntent(intent);
/** What the panel shows. */
export const view = (): ChatView => {
  const last = here.updates.findLast((update) => update.kind === 'view');
  if (!last) throw new Error('Nothing was shown.');
  return last;
};
/** All messages, with their states. */
export const said = () => view().messages.map(({ role, text, state }) => `${role} ${state}: ${text}`);
/** What was sent of answers, piece by piece. */
export const pieces = () => here.updates.filter((update) => update.kind === 'piece').map(({ message, text }) => [message, text]);
/** The window as the panel shows it. */
export const gauge = () => here.updates.findLast((update) => update.kind === 'view' || update.kind === 'gauge')?.gauge;
export const lastId = () => view().messages.at(-1)?.id ?? '';

/** Asks, and waits until the engine is asked. */
export async function asked(intent: ChatIntent): Promise<void> {
  const before = here.engine.runs.length;
  void wish(intent);
  await until('the engine to be asked', () => here.engine.runs.length > before);
}

/** Asks, and has the engine give this answer. */
export async function answered(text: string, intent: ChatIntent): Promise<void> {
  await asked(intent);
  here.engine.last.say(text);
  here.engine.last.end();
  await here.chat.ended;
  await Promise.resolve();
}

/** A chat in a folder of its own, for each test of the file that asks for it. */
export function chatForEach(): void {
  const folder = folderForEach();
  beforeEach(async () => {
    here.folder = folder.path;
    here.engine = new ScriptedEngine();
    here.updates = [];
    here.done = [];
    here.selection = undefined;
    here.searched = undefined;
    here.preferences = NO_PREFERENCES;
    here.levers = { directions: () => [], audited: () => undefined };
    here.memory = { workspace: new Map(), everywhere: new Map() };
    here.chat = await openWindow();
  });
  afterEach(async () => {
    here.chat.dispose();
    await here.chat.ended;
    await here.drafts.flush();
  });
}
