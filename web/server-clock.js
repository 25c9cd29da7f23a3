/**
 * The server's time, on a device whose own clock may be wrong.
 *
 * A time that the server wrote lies before the instant at which it arrived, so every answer
 * gives a lower bound of the server's clock: too low by its way here, or by its age in a
 * cache. The highest of the newest bounds is the best one. They are kept against the
 * monotonic clock, so setting the device's clock changes nothing.
 */
export class ServerClock {
  /** @type {import('./environment.js').Environment} */
  #environment;
  /** @type {number[]} offsets of server time to monotonic time, in ms, newest last */
  #bounds = [];

  /** @param {import('./environment.js').Environment} environment */
  constructor(environment) {
    this.#environment = environment;
  }

  /**
   * Notes a time that the server wrote.
   *
   * @param {number} time  ms since 1970; anything else than a number is ignored
   */
  observe(time) {
    if (!Number.isFinite(time)) return;
    this.#bounds.push(time - this.#environment.monotonic());
    // After so many answers a clock that the server set back is believed.
    if (this.#bounds.length > 8) this.#bounds.shift();
  }

  /** @returns {number} ms since 1970; the device's clock before anything was observed */
  now() {
    if (this.#bounds.length === 0) return this.#environment.wall();
    return this.#environment.monotonic() + Math.max(...this.#bounds);
  }
}

/**
 * @param {Response} response
 * @returns {number} when the server had written it, in ms since 1970 and whole seconds; if a cache held it, when
 *   it would be written now. NaN if it does not say, or a page of another origin may not know
 */
export function writtenAt(response) {
  const age = Number(response.headers.get('Age') ?? 0);
  return Date.parse(response.headers.get('Date') ?? '') + (Number.isFinite(age) ? age * 1000 : 0);
}

/**
 * Reads an RFC 3339 time. The server writes nanoseconds, of which ECMAScript promises to
 * read three digits.
 *
 * @param {unknown} text
 * @returns {number} ms since 1970, or NaN
 */
export function instant(text) {
  return typeof text === 'string' ? Date.parse(text.replace(/(\.\d{3})\d+/, '$1')) : NaN;
}
