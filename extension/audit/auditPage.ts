import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import { AUDIT_SETS, type AuditRequest, isPaddockError, type ModelInfo } from '../../engine/index.ts';
import { type AuditIntent, type AuditView, isAuditIntent } from '../../webview/protocol/audit.ts';
import { saveExport } from '../contextMeasurement/export.ts';
import type { EngineSupervisor } from '../engineSupervisor.ts';
import { PagePanel } from '../pagePanel.ts';
import { type Audit, shipped } from './audit.ts';
import { auditModel } from './auditing.ts';
import { auditJson } from './auditJson.ts';
import { listedAudit, references, shownAudit, type Worked, workOut } from './auditView.ts';
import { importCsv } from './importCsv.ts';
import { auditTexts } from './pageText.ts';
import { StoredAudits } from './stored.ts';

/** An audit under way. */
interface Run {
  readonly abort: AbortController;
  readonly of: number;
  done: number;
  sofar?: Audit;
}

/** The page that audits refusals, in an editor tab. */
export class AuditPage {
  readonly #engine: EngineSupervisor;
  readonly #log: vscode.LogOutputChannel;
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
    { extensionUri, globalState }: vscode.ExtensionContext,
    { engine, log }: { readonly engine: EngineSupervisor; readonly log: vscode.LogOutputChannel },
  ) {
    this.#engine = engine;
    this.#log = log;
    this.#stored = new StoredAudits(globalState);
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
    const { target } = this.#stored;
    const run = this.#run;
    const shown = this.#shown;
    const audits = this.#stored.all;
    return {
      kind: 'view',
      model: this.#model?.name ?? '',
      offered: this.#offered.map(([set, requests]) => ({ set, requests: requests.length })),
      progress: run ? { done: run.done, of: run.of } : null,
      problem: this.#problem,
      target,
      references,
      audit: shown
        ? shownAudit(
            shown,
            this.#workOut(shown, target),
            { target, threshold: this.#threshold, when: written(shown.at) },
            shown !== run?.sofar,
          )
        : null,
      audits: audits.map((audit) =>
        listedAudit(audit, this.#workOut(audit, target), {
          when: written(audit.at),
          isShown: audit.id === shown?.id,
          isCompared: this.#compared.has(audit.id),
        }),
      ),
    };
  }

  /** Audits the open model, shown on the page and as a notification; what there is stays when it is stopped. Never rejects. */
  async run(sets: readonly string[]): Promise<void> {
    const model = this.#model;
    const requests = this.#offered.flatMap(([set, own]) => (sets.includes(set) ? own : []));
    if (!model || this.#run || requests.length === 0) return;
    const run: Run = { abort: new AbortController(), done: 0, of: requests.length };
    this.#run = run;
    this.#problem = '';
    this.#threshold = undefined;
    this.#panel.postSoon();
    const title = vscode.l10n.t('Auditing refusals of {0}', model.name);
    const location = vscode.ProgressLocation.Notification;
    await vscode.window.withProgress({ location, title, cancellable: true }, async (progress, token) => {
      token.onCancellationRequested(() => run.abort.abort());
      const about = { id: randomUUID(), model, requests, signal: run.abort.signal, now: () => Date.now() };
      try {
        await auditModel(this.#engine, {
          ...about,
          onProgress: (sofar, done) => {
            progress.report({
              increment: (100 * (done - run.done)) / run.of,
              message: vscode.l10n.t('{0} of {1}', done, run.of),
            });
            Object.assign(run, { sofar, done });
            this.#panel.postSoon();
          },
        });
      } catch (error) {
        if (!isPaddockError(error, 'cancelled')) this.#fail(error);
      }
    });
    await this.#ended(run);
  }

  dispose(): void {
    this.#watching.dispose();
    this.#run?.abort.abort();
    this.#panel.dispose();
  }

  get #model(): ModelInfo | undefined {
    const { state } = this.#engine;
    return state.kind === 'ready' || state.kind === 'generating' ? state.model : undefined;
  }

  /** What can be audited with: the sets that come with Paddock, then those of files. */
  get #offered(): readonly (readonly [string, readonly AuditRequest[]])[] {
    return [...AUDIT_SETS.map((set) => [set, shipped(set) ?? []] as const), ...this.#imported];
  }

  /** That which is under way, else the chosen one, else the last one of the open model. */
  get #shown(): Audit | undefined {
    if (this.#run?.sofar) return this.#run.sofar;
    const { all } = this.#stored;
    return all.find(({ id }) => id === this.#chosen) ?? all.find(({ path }) => path === this.#model?.path);
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

  async #ended({ sofar }: Run): Promise<void> {
    if (sofar && sofar.sets.length > 0) {
      await this.#stored.keep(sofar);
      this.#chosen = sofar.id;
    }
    this.#run = undefined;
    this.#panel.postSoon();
  }

  async #answer(intent: AuditIntent): Promise<void> {
    switch (intent.kind) {
      case 'ready':
        return this.#panel.postSoon();
      case 'run':
        return this.run(intent.sets);
      case 'stop':
        return this.#run?.abort.abort();
      case 'import':
        await this.#import();
        return this.#panel.postSoon();
      case 'target':
        await this.#stored.setTarget(intent.share);
        this.#threshold = undefined;
        return this.#panel.postSoon();
      case 'threshold':
        this.#threshold = intent.share;
        return this.#panel.postSoon();
      default:
        return this.#answerAbout(intent.kind, intent.id);
    }
  }

  async #answerAbout(kind: 'show' | 'compare' | 'remove' | 'export', id: string): Promise<void> {
    const audit = this.#stored.all.find((each) => each.id === id);
    if (!audit) return;
    if (kind === 'export') return saveExport('paddock-audit.json', auditJson(audit, this.#stored.target));
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
      for (const [set, own] of Map.groupBy(requests, (request) => request.set)) this.#imported.set(set, own);
      this.#problem = '';
    } catch (error) {
      this.#fail(error);
    }
  }

  #onEngine(): void {
    const model = this.#model?.path;
    if (model === this.#lastModel) return;
    this.#lastModel = model;
    this.#chosen = undefined;
    this.#threshold = undefined;
    this.#panel.postSoon();
  }

  /** Nobody looks any more; an audit under way goes on, and its notification says how far it is. */
  #onClose(): void {
    this.#imported.clear();
    this.#compared.clear();
    this.#chosen = undefined;
    this.#threshold = undefined;
    this.#problem = '';
  }

  #fail(error: unknown): void {
    this.#problem = error instanceof Error ? error.message : String(error);
    this.#log.warn(this.#problem);
  }
}

function written(at: number): string {
  return new Date(at).toLocaleString(vscode.env.language, { dateStyle: 'medium', timeStyle: 'short' });
}
