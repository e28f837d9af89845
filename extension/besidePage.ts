import type * as vscode from 'vscode';

/** How far a task is. */
export interface Done {
  /** Of all, 0–1. */
  readonly fraction: number;
  /** The same in words, if there are any. */
  readonly message?: string;
}

/** Whether the person can see a page, which has a bar for the progress and a button to stop it. */
export interface PageSight {
  readonly isVisible: boolean;
  readonly onDidChangeVisibility: vscode.Event<void>;
}

/** Shows the progress of an action in a notification, where it can be cancelled. */
type Notify = (
  title: string,
  action: (
    progress: Pick<vscode.Progress<{ message?: string; increment?: number }>, 'report'>,
    token: Pick<vscode.CancellationToken, 'onCancellationRequested'>,
  ) => Thenable<void>,
) => Thenable<void>;

/** A task that a page shows. */
export interface PageTask {
  readonly title: string;
  readonly page: PageSight;
  readonly notify: Notify;
  /** Called when the person cancels the notification. */
  readonly stop: () => void;
}

/**
 * Runs a task that a page shows. While the page is out of sight, a notification shows it instead, so that there is one bar at any time, with
 * a way to stop.
 * @param action is given a function that tells how far it is
 * @returns what the action returns, and throws what it throws
 */
export async function besidePage<Result>(
  { title, page, notify, stop }: PageTask,
  action: (tell: (done: Done) => void) => Promise<Result>,
): Promise<Result> {
  let last: Done = { fraction: 0 };
  let notice: Notice | undefined;
  const hide = () => {
    notice?.end();
    notice = undefined;
  };
  const follow = () => {
    if (page.isVisible) hide();
    else notice ??= new Notice(title, notify, stop, last);
  };
  const following = page.onDidChangeVisibility(follow);
  follow();
  try {
    return await action((done) => {
      last = done;
      notice?.tell(done);
    });
  } finally {
    following.dispose();
    hide();
  }
}

/** A notification, which VS Code may open a little later than it is asked to. */
class Notice {
  #tell: ((done: Done) => void) | undefined;
  #last: Done;
  #end: (() => void) | undefined;

  constructor(title: string, notify: Notify, stop: () => void, last: Done) {
    this.#last = last;
    const ended = new Promise<void>((end) => {
      this.#end = end;
    });
    void notify(title, (progress, token) => {
      token.onCancellationRequested(stop);
      let shown = 0;
      this.#tell = ({ fraction, ...message }) => {
        progress.report({ ...message, increment: 100 * (fraction - shown) });
        shown = fraction;
      };
      this.#tell(this.#last);
      return ended;
    });
  }

  tell(done: Done): void {
    this.#last = done;
    this.#tell?.(done);
  }

  end(): void {
    this.#end?.();
  }
}
