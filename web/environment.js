/**
 * What the module takes from the browser. Tests, and apps that run elsewhere, hand over
 * their own; nothing else in the module touches a global.
 *
 * @typedef {object} Environment
 * @property {() => number} monotonic  milliseconds since any instant; never set back
 * @property {() => number} wall       the device's clock, in milliseconds since 1970
 * @property {(run: () => void, ms: number) => any} setTimeout
 * @property {(timer: any) => void} clearTimeout
 * @property {typeof fetch} fetch
 * @property {typeof EventSource | undefined} EventSource  undefined: events are read by fetch
 * @property {() => number} random     uniform in [0, 1)
 */

/** @returns {Environment} that of this page */
export function browser() {
  return {
    monotonic: () => performance.now(),
    wall: () => Date.now(),
    setTimeout: (run, ms) => setTimeout(run, ms),
    clearTimeout: (timer) => clearTimeout(timer),
    fetch: (...call) => fetch(...call),
    EventSource: globalThis.EventSource,
    random,
  };
}

/**
 * Viewers who start in the same second must not draw the same instants, so the draw is
 * crypto's and not a seeded generator's.
 */
function random() {
  return crypto.getRandomValues(new Uint32Array(1))[0] / 2 ** 32;
}

/** No timer runs longer, so that a device that slept, or a corrected clock, is noticed. */
const longest = 60_000;

/**
 * Waits, and at most a minute: ask the clock again and wait on.
 *
 * @param {Environment} environment
 * @param {number} ms
 * @param {AbortSignal} signal  ends the wait at once; the promise is fulfilled all the same
 * @returns {Promise<void>}
 */
export function pause(environment, ms, signal) {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      environment.clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = environment.setTimeout(done, Math.min(Math.max(ms, 0), longest));
    signal.addEventListener('abort', done);
  });
}

/**
 * @param {AbortSignal} signal
 * @returns {AbortController} one that is aborted with it, or earlier
 */
export function chained(signal) {
  const controller = new AbortController();
  const stop = () => controller.abort(signal.reason);
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop, {signal: controller.signal});
  return controller;
}

/**
 * Gives a task so long and no longer.
 *
 * @template T
 * @param {Environment} environment
 * @param {number} ms
 * @param {AbortSignal} signal  ends the task too
 * @param {(signal: AbortSignal) => Promise<T>} task  ends when its signal is aborted
 * @returns {Promise<T>}
 */
export async function timely(environment, ms, signal, task) {
  const limit = chained(signal);
  const timer = environment.setTimeout(() => limit.abort(new Error(`no answer in ${ms} ms`)), ms);
  try {
    return await task(limit.signal);
  } finally {
    environment.clearTimeout(timer);
    limit.abort(new Error('done'));
  }
}
