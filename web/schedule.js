import {drawInstant} from './fetch-window.js';

/**
 * @typedef {import('./wanted.js').Wanted} Wanted
 *
 * What to fetch at one instant.
 *
 * @typedef {object} Batch
 * @property {{start: number, end: number}} period  kept up to date if the period is announced again
 * @property {number} at         ms since 1970 by the server's clock
 * @property {Wanted[]} wanted
 * @property {AbortSignal} signal  aborted when the batch is to be forgotten
 */

/** Knows which licences of which periods were scheduled, so that each is fetched once. */
export class Schedule {
  /** @type {Map<number, {period: {start: number, end: number}, at: number, ids: Set<string>, forget: AbortController}>} */
  #periods = new Map();

  /** @param {() => number} random  uniform in [0, 1) */
  constructor(random) {
    this.random = random;
  }

  /**
   * Takes an announcement of a period, the first or a newer one. What it adds goes along with
   * what is still to be fetched; else it has its own instant in what is left of the window.
   *
   * @param {import('./announcement.js').Period} period
   * @param {Wanted[]} wanted
   * @param {number} now
   * @returns {Batch | null} null if it adds nothing
   */
  take(period, wanted, now) {
    const known = this.#periods.get(period.start) ?? {
      period: {start: period.start, end: period.end},
      at: -Infinity,
      ids: new Set(),
      forget: new AbortController(),
    };
    // A rotation by hand cuts a period short.
    known.period.end = period.end;
    this.#periods.set(period.start, known);
    const added = wanted.filter(({id}) => !known.ids.has(id));
    if (added.length === 0 || now >= period.end) return null;
    for (const {id} of added) known.ids.add(id);
    if (known.at < now) known.at = drawInstant(period.fetchWindow, now, this.random);
    return {period: known.period, at: known.at, wanted: added, signal: known.forget.signal};
  }

  /**
   * Forgets the periods that are over, which no longer need to be known.
   *
   * @param {number} now
   */
  drop(now) {
    this.#forget((period) => period.end <= now);
  }

  /** @param {Set<number>} starts  those of the periods that are still true */
  retain(starts) {
    this.#forget((period) => !starts.has(period.start));
  }

  clear() {
    this.#forget(() => true);
  }

  /** @param {(period: {start: number, end: number}) => boolean} which */
  #forget(which) {
    for (const [start, {period, forget}] of this.#periods) {
      if (!which(period)) continue;
      forget.abort(new Error('the period is no longer announced'));
      this.#periods.delete(start);
    }
  }
}
