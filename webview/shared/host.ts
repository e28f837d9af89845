import type { Guard } from '../protocol/guards.ts';

/** VS Code's interface for a page, which can be acquired only once. */
interface WebviewApi {
  postMessage(message: unknown): void;
}

declare function acquireVsCodeApi(): WebviewApi;

/**
 * Connects the page with the extension.
 * @param isView tells the messages that the page understands; all others are dropped
 * @returns what sends an intent
 */
export function connect<View, Intent>(isView: Guard<View>, onView: (view: View) => void): (intent: Intent) => void {
  const api = acquireVsCodeApi();
  addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    if (isView(data)) onView(data);
  });
  return (intent) => api.postMessage(intent);
}

/**
 * What the extension has put into the page's frame.
 * @throws Error when it is not what the page needs
 */
export function startData<T>(isData: Guard<T>): T {
  const data: unknown = JSON.parse(document.body.dataset.start ?? 'null');
  if (!isData(data)) throw new Error('The page was not given what it needs to start. Close it and open it again.');
  return data;
}
