import {pause} from './environment.js';

/** An answer that is not the one that was asked for. */
export class RefusedError extends Error {
  /**
   * @param {string} what        what was asked for
   * @param {number} status      of HTTP
   * @param {number | null} [retryAfter]  ms that the server asked to wait; null if it did not
   * @param {boolean} [shared]  whether it asked by a date, the same for everybody
   */
  constructor(what, status, retryAfter = null, shared = false) {
    super(`${what}: status ${status}`);
    this.name = 'RefusedError';
    this.status = status;
    this.retryAfter = retryAfter;
    this.shared = shared;
  }

  /** Asking again cannot help. After 401 and 403 a fresh token may. */
  get final() {
    return this.status >= 400 && this.status < 500 && ![401, 403, 408, 425, 429].includes(this.status);
  }
}

/**
 * @param {string} what
 * @param {Response} response
 * @param {number} now  ms since 1970, for a server that does not show its Date
 * @returns {RefusedError}
 */
export function refused(what, response, now) {
  const date = Date.parse(response.headers.get('Date') ?? '');
  const text = response.headers.get('Retry-After');
  const after = parseRetryAfter(text, Number.isNaN(date) ? now : date);
  return new RefusedError(what, response.status, after, /\D/.test(text?.trim() ?? ''));
}

/**
 * Reads Retry-After (RFC 9110, 10.2.3): seconds, or a date in any of HTTP's three formats.
 *
 * @param {string | null} text
 * @param {number} now  ms since 1970 by the clock of who wrote it
 * @returns {number | null} ms to wait, not negative; null if it says nothing that is understood
 */
export function parseRetryAfter(text, now) {
  const value = text?.trim() ?? '';
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1000;
  if (!/^[A-Z][a-z]{2,8},? /.test(value)) return null;
  // The oldest format names no zone, and is GMT too.
  const date = Date.parse(value.endsWith('GMT') ? value : `${value} GMT`);
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}

/** Pauses that double, each drawn at random below its bound ("full jitter"). */
export class Backoff {
  #bound;

  /**
   * @param {() => number} random  uniform in [0, 1)
   * @param {number} first  ms, the bound of the first pause
   * @param {number} last   ms, the highest bound
   */
  constructor(random, first, last) {
    this.random = random;
    this.first = first;
    this.last = last;
    this.#bound = first;
  }

  /**
   * @param {unknown} [error]  a RefusedError whose server said when to come back is obeyed
   * @returns {number} ms
   */
  next(error) {
    const bound = this.#bound;
    this.#bound = Math.min(bound * 2, this.last);
    if (error instanceof RefusedError && error.retryAfter !== null) {
      // Seconds may be another number for everybody, so that those who come then have room:
      // nothing is added to them. Those whom a date names need not all come together.
      return error.retryAfter + (error.shared ? this.random() * 1000 : 0);
    }
    return this.random() * bound;
  }

  reset() {
    this.#bound = this.first;
  }
}

/**
 * Tries until it succeeds, as often as allowed and not past the deadline.
 *
 * @template T
 * @param {(attempt: number) => Promise<T>} run  counts from 1
 * @param {object} limits
 * @param {number} limits.attempts
 * @param {number} limits.deadline  ms since 1970: no attempt begins then or later
 * @param {() => number} limits.now
 * @param {Backoff} limits.backoff
 * @param {import('./environment.js').Environment} limits.environment
 * @param {AbortSignal} limits.signal
 * @returns {Promise<T>} rejects with the error of the last attempt
 */
export async function persist(run, limits) {
  for (let attempt = 1; ; attempt++) {
    try {
      return await run(attempt);
    } catch (error) {
      const {final} = /** @type {{final?: boolean}} */ (error ?? {});
      const at = limits.now() + limits.backoff.next(error);
      if (final || attempt >= limits.attempts || at >= limits.deadline) throw error;
      while (limits.now() < at && !limits.signal.aborted) {
        await pause(limits.environment, at - limits.now(), limits.signal);
      }
      if (limits.signal.aborted) throw error;
    }
  }
}
