import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import { AUDIT_SETS, type AuditRequest, groupedBy, inWords, isPaddockError, type ModelInfo } from '../../engine/index.ts';
import { type AuditIntent, type AuditView, isAuditIntent, type Under } from '../../webview/protocol/audit.ts';
import { besidePage, type Done } from '../besidePage.ts';
import type { SetUp } from '../chat/dial/setUp.ts';
import { saveExport } from '../contextMeasurement/export.ts';
import type { ConversationEngine } from '../conversationEngine.ts';
import { moment, percent } from '../format.ts';
import { mention, withProgress } from '../notify.ts';
import { PagePanel } from '../pagePanel.ts';
import { openModelIn } from '../readiness.ts';
import { type Audit, shipped } from './audit.ts';
import { type AuditedUnder, auditModel } from './auditing.ts';
import { auditJson } from './auditJson.ts';
import { listedAudit, references, shownAudit, type Worked, workOut } from './auditView.ts';
import { importCsv } from './importCsv.ts';
import { obstacleTo } from './obstacle.ts';
import { obstacleText } from './obstacleText.ts';
import { auditTexts } from './pageText.ts';
import { type StoredAudits, USUAL_TARGET } from './stored.ts';
import { toldWords } from './toldWords.ts';

/** The part of the chat's dial that audits use. */
export interface AuditedDial {
  /** The conditions to audit the open model under, one audit each. */
  under(under: Under): readonly AuditedUnder[];
  /** The present set-up of the open model's dial; undefined if it drives nothing. */
  readonly setUp: SetUp | undefined;
  /** Sets the dial to this threshold. */
  turnTo(threshold: number): Promise<void>;
}

/** Audits under way. */
interface Run {
  readonly abort: AbortController;
  readonly of: number;
  /** Requests of all audits of this run, and of those before the present one. */
  done: number;
  before: number;
  sofar?: Audit;
}

/** The page that audits refusals, in an editor tab. */
export class AuditPage {
  readonly #engine: ConversationEngine;
  readonly #log: vscode.LogOutputChannel;
  readonly #dial: AuditedDial;
  readonly #stored: StoredAudits;
  readonly #panel: PagePanel<AuditIntent>;
  readonly #watching: vscode.Disposable;
  /** Requests of files, by set. */
  readonly #imported = new Map<string, readonly AuditRequest[]>();
  readonly #compared = new Set<string>();
  readonly #worked = new Map<string, { readonly target: number; readonly worked: Worked }>();
  #chosen: string | undefined;
  #lastModel: string | undefined;
  #threshold: number | undefined;
  #run: Run | undefined;
  #problem = '';

  constructor(
    { extensionUri }: vscode.ExtensionContext,
    {
      engine,
      log,
      audits,
      dial,
    }: {
      readonly engine: ConversationEngine;
      readonly log: vscode.LogOutputChannel;
      readonly audits: StoredAudits;
      readonly dial: AuditedDial;
    },
  ) {
    this.#engine = engine;
    this.#log = log;
    this.#dial = dial;
    this.#stored = audits;
    this.#panel = new PagePanel(extensionUri, {
      viewType: 'paddockAudit',
      page: () => ({ bundle: 'audit', title: auditTexts().title, data: auditTexts() }),
      view: () => this.view,
      log,
      calmMs: 250,
      isIntent: isAuditIntent,
      onIntent: (intent) => this.#answer(intent),
      onOpen: () => new vscode.Disposable(() => this.#onClose()),
    });
    this.#watching = engine.onDidChangeState(() => this.#onEngine());
  }

  /** Opens the page, or brings the one that is open to the front. */
  show(): void {
    this.#panel.show();
  }

  /** What the page shows. */
  get view(): AuditView {
    const target = this.#target;
    const run = this.#run;
    const shown = this.#shown;
    const audits = this.#stored.all;
    return {
      kind: 'view',
      model: this.#model?.name ?? '',
      offered: this.#offered.map(([set, requests]) => ({ set, requests: requests.length })),
      progress: run ? { done: run.done, of: run.of } : null,
      problem: this.#problem,
      use: this.#useOf(shown),
      target,
      usualTarget: USUAL_TARGET,
      references,
      audit: shown
        ? shownAudit(
            shown,
            this.#workOut(shown, target),
            { target, threshold: this.#threshold, when: this.#whenOf(shown) },
            shown !== run?.sofar,
          )
        : null,
      audits: audits.map((audit) =>
        listedAudit(audit, this.#workOut(audit, target), {
          when: this.#whenOf(audit),
          isShown: audit.id === shown?.id,
          isCompared: this.#compared.has(audit.id),
        }),
      ),
    };
  }

  /**
   * Audits the open model, shown on the page, or in a notification while that is out of sight; what there is stays when it is stopped. Never rejects.
   * @param under the prompts: one audit for each
   */
  async run(sets: readonly string[], under: Under): Promise<void> {
    const model = this.#model;
    const requests = this.#offered.flatMap(([set, own]) => (sets.includes(set) ? own : []));
    const all = this.#dial.under(under);
    if (!model || this.#run || requests.length === 0 || all.length === 0) return;
    const run: Run = { abort: new AbortController(), done: 0, before: 0, of: requests.length * all.length };
    this.#run = run;
    this.#problem = '';
    this.#threshold = undefined;
    this.#panel.post(); // at once: a short audit ends before the next view, and the page is to see it begin
    const title = vscode.l10n.t('Auditing refusals of {0}', model.name);
    const stop = () => run.abort.abort();
    try {
      await besidePage({ title, page: this.#panel, notify: withProgress, stop }, async (tell) => {
        for (const each of all) {
          await this.#audit(run, { model, requests, under: each }, tell);
          run.before += requests.length;
        }
      });
    } catch (error) {
      if (!isPaddockError(error, 'cancelled')) this.#fail(error);
      await this.#keep(run);
    }
    this.#run = undefined;
    this.#panel.postSoon();
  }

  /** One audit of a run. @throws PaddockError as the engine's client; what was found until then is in the run */
  async #audit(
    run: Run,
    about: { readonly model: ModelInfo; readonly requests: readonly AuditRequest[]; readonly under: AuditedUnder },
    tell: (done: Done) => void,
  ): Promise<void> {
    await auditModel(this.#engine, {
      ...{ id: randomUUID(), ...about, signal: run.abort.signal, now: () => Date.now() },
      onProgress: (sofar, own) => {
        const done = run.before + own;
        tell({ fraction: done / run.of, message: vscode.l10n.t('{0} of {1}', done, run.of) });
        Object.assign(run, { sofar, done });
        this.#panel.postSoon();
      },
    });
    await this.#keep(run);
  }

  dispose(): void {
    this.#watching.dispose();
    this.#run?.abort.abort();
    this.#panel.dispose();
  }

  get #model(): ModelInfo | undefined {
    return openModelIn(this.#engine.state);
  }

  /** What can be audited with: the sets that come with Paddock, then those of files. */
  get #offered(): readonly (readonly [string, readonly AuditRequest[]])[] {
    return [...AUDIT_SETS.map((set) => [set, shipped(set) ?? []] as const), ...this.#imported];
  }

  /** The audit under way, else the chosen one, else the last one of the open model. */
  get #shown(): Audit | undefined {
    if (this.#run?.sofar) return this.#run.sofar;
    const { all } = this.#stored;
    return all.find(({ id }) => id === this.#chosen) ?? all.find(({ key }) => key === this.#model?.key);
  }

  /** That of the model of the shown audit: all are compared by it. */
  get #target(): number {
    return this.#stored.targetOf(this.#about);
  }

  /** Key of the model that the page is about; empty where there is none. */
  get #about(): string {
    return this.#shown?.key ?? this.#model?.key ?? '';
  }

  /** @param share null for the usual one */
  async #setTarget(share: number | null): Promise<void> {
    await this.#stored.setTarget(this.#about, share);
    this.#threshold = undefined;
    this.#panel.postSoon();
  }

  /** Once for what does not change. */
  #workOut(audit: Audit, target: number): Worked {
    if (audit === this.#run?.sofar) return workOut(audit, target);
    const before = this.#worked.get(audit.id);
    if (before?.target === target) return before.worked;
    const worked = workOut(audit, target);
    this.#worked.set(audit.id, { target, worked });
    return worked;
  }

  async #keep(run: Run): Promise<void> {
    const { sofar } = run;
    delete run.sofar;
    if (!sofar || sofar.sets.length === 0) return;
    await this.#stored.keep(sofar);
    this.#chosen = sofar.id;
  }

  /** Whether the dial of the chat can be put where the shown audit says, and else why not. */
  #useOf(shown: Audit | undefined): AuditView['use'] {
    const obstacle = shown && obstacleTo(shown, { key: this.#model?.key, setUp: this.#dial.setUp });
    return { can: shown !== undefined && obstacle === undefined, why: obstacle ? obstacleText(obstacle) : '' };
  }

  #whenOf(audit: Audit): string {
    const words = toldWords(audit.told);
    return words === '' ? moment(audit.at) : `${moment(audit.at)}, ${words}`;
  }

  async #answer(intent: AuditIntent): Promise<void> {
    switch (intent.kind) {
      case 'ready':
        return this.#panel.postSoon();
      case 'run':
        return this.run(intent.sets, intent.under);
      case 'stop':
        return this.#run?.abort.abort();
      case 'import':
        await this.#import();
        return this.#panel.postSoon();
      case 'target':
        return this.#setTarget(intent.share);
      case 'usualTarget':
        return this.#setTarget(null);
      case 'use':
        if (this.#useOf(this.#shown).can) await this.#use(intent.share);
        return this.#panel.postSoon();
      case 'threshold':
        this.#threshold = intent.share;
        return this.#panel.postSoon();
      default:
        return this.#answerAbout(intent.kind, intent.id);
    }
  }

  async #use(share: number): Promise<void> {
    await this.#dial.turnTo(share);
    this.#threshold = share;
    const model = this.#model?.name ?? '';
    const said = vscode.l10n.t('The dial of the chat stands at {0} for {1}.', percent(share, 2), model);
    mention(said, 8_000);
  }

  async #answerAbout(kind: 'show' | 'compare' | 'remove' | 'export', id: string): Promise<void> {
    const audit = this.#stored.all.find((each) => each.id === id);
    if (!audit) return;
    if (kind === 'export') return saveExport('paddock-audit.json', auditJson(audit, this.#stored.targetOf(audit.key)));
    if (kind === 'show') {
      this.#chosen = id;
      this.#threshold = undefined;
    } else if (kind === 'remove') {
      await this.#stored.remove(id);
      this.#worked.delete(id);
      this.#compared.delete(id);
    } else if (!this.#compared.delete(id)) this.#compared.add(id);
    this.#panel.postSoon();
  }

  async #import(): Promise<void> {
    try {
      const requests = await importCsv();
      if (!requests) return;
      for (const [set, own] of groupedBy(requests, (request) => request.set)) this.#imported.set(set, own);
      this.#problem = '';
    } catch (error) {
      this.#fail(error);
    }
  }

  #onEngine(): void {
    const model = this.#model?.key;
    if (model === this.#lastModel) return;
    this.#lastModel = model;
    this.#chosen = undefined;
    this.#threshold = undefined;
    this.#panel.postSoon();
  }

  /** The page was closed; an audit under way continues, with its progress in the notification. */
  #onClose(): void {
    this.#imported.clear();
    this.#compared.clear();
    this.#chosen = undefined;
    this.#threshold = undefined;
    this.#problem = '';
  }

  #fail(error: unknown): void {
    this.#problem = inWords(error);
    this.#log.warn(this.#problem);
  }
}
