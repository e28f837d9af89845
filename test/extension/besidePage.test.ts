import { describe, expect, it } from 'vitest';
import { besidePage, type Done } from '../../extension/besidePage.ts';

/** A page whose visibility the test changes, and the notifications that are shown. */
function scene(isVisible: boolean) {
  const listeners = new Set<() => void>();
  const page = {
    isVisible,
    onDidChangeVisibility: (listener: () => void) => {
      listeners.add(listener);
      return { dispose: () => void listeners.delete(listener) };
    },
  };
  const notices: { title: string; percent: number; message?: string; isOpen: boolean; cancel: () => void }[] = [];
  const notify: Parameters<typeof besidePage>[0]['notify'] = async (title, action) => {
    // As VS Code, which asks the window first.
    await undefined;
    const notice = { title, percent: 0, isOpen: true, cancel: () => undefined as unknown };
    notices.push(notice);
    const report = ({ increment = 0, ...message }: { message?: string; increment?: number }) =>
      Object.assign(notice, message, { percent: notice.percent + increment });
    const onCancellationRequested = (listener: () => unknown) => {
      notice.cancel = listener;
      return { dispose: () => undefined };
    };
    await action({ report }, { onCancellationRequested: onCancellationRequested as never });
    notice.isOpen = false;
  };
  const see = (now: boolean) => {
    page.isVisible = now;
    for (const listener of listeners) listener();
  };
  let stopped = 0;
  const task = { title: 'Measuring', page: page as never, notify, stop: () => stopped++ };
  return { task, notices, see, listeners, stopped: () => stopped };
}

/** Lets everything that waits for nothing else happen. */
const settled = () => new Promise((done) => setImmediate(done));

describe('the progress of a task that a page shows', () => {
  it('is shown by no notification while the page is in sight', async () => {
    const { task, notices, listeners } = scene(true);
    const result = await besidePage(task, async (tell) => {
      tell({ fraction: 0.5 });
      await settled();
      return 7;
    });
    expect([result, notices.length, listeners.size]).toEqual([7, 0, 0]);
  });

  it('is shown by one notification while the page is out of sight, from where it is', async () => {
    const { task, notices, see, listeners } = scene(true);
    await besidePage(task, async (tell) => {
      tell({ fraction: 0.25, message: '1 of 4' });
      see(false);
      see(false);
      await settled();
      expect(notices).toMatchObject([{ title: 'Measuring', percent: 25, message: '1 of 4', isOpen: true }]);
      tell({ fraction: 0.5, message: '2 of 4' });
      expect(notices).toMatchObject([{ percent: 50, message: '2 of 4' }]);
      see(true);
      await settled();
      expect(notices).toMatchObject([{ isOpen: false }]);
      see(false);
      await settled();
      expect(notices).toMatchObject([{ isOpen: false }, { percent: 50, isOpen: true }]);
    });
    await settled();
    expect([notices.map(({ isOpen }) => isOpen), listeners.size]).toEqual([[false, false], 0]);
  });

  it('leaves no notification behind if the page comes back before it has opened', async () => {
    const { task, notices, see } = scene(false);
    await besidePage(task, async () => {
      see(true);
      await settled();
      expect(notices.every(({ isOpen }) => !isOpen)).toBe(true);
    });
  });

  it('is stopped from the notification, and tells of the failure', async () => {
    const { task, notices, stopped } = scene(false);
    const run = besidePage(task, async (tell: (done: Done) => void) => {
      await settled();
      tell({ fraction: 1 });
      notices[0]?.cancel();
      throw new Error('stopped');
    });
    await expect(run).rejects.toThrow('stopped');
    await settled();
    expect([stopped(), notices.map(({ isOpen }) => isOpen)]).toEqual([1, [false]]);
  });
});
