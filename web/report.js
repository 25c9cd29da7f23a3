/**
 * What a preloader tells the app. Times are ms since 1970 by the server's clock. Reports
 * never hold tokens, licences or keys.
 *
 * @typedef {FeedReport | LicenceReport | RevokedReport} Report
 *
 * @typedef {object} FeedReport
 * @property {'feed'} type
 * @property {'streaming' | 'polling' | 'failing'} state  polling: without events;
 *   failing: the document could not be read
 * @property {string} error  why; "" if it is as it should be
 *
 * @typedef {object} LicenceReport
 * @property {'licence'} type
 * @property {'usable' | 'failed' | 'spared'} outcome  spared: nothing was asked for, because
 *   another licence has the keys, the player asks itself, or the KIDs are revoked
 * @property {{start: number, end: number}} period
 * @property {string[]} kids
 * @property {number} drawnFor     the instant that was drawn
 * @property {number} askedAt      when it was asked for
 * @property {number} beforeStart  ms from then to the boundary; negative after it
 * @property {number} took         ms until it was usable, or given up
 * @property {number} attempts     requests
 * @property {number} status       of the last answer, of HTTP; 0 if there was none
 * @property {string} error        why it failed; else ""
 *
 * @typedef {object} RevokedReport
 * @property {'revoked'} type
 * @property {string} kid
 * @property {number} from  when on no licence names it; 0 if that is not said
 */

/**
 * @param {unknown} error
 * @returns {string}
 */
export function reason(error) {
  if (error === undefined) return '';
  return error instanceof Error ? error.message : String(error);
}
