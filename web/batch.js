import {pause} from './environment.js';
import {reason} from './report.js';

/**
 * Licences of whatever kind: Sessions, KeyFiles.
 *
 * @typedef {object} Licences
 * @property {(wanted: import('./wanted.js').Wanted) => boolean} has
 * @property {(wanted: import('./wanted.js').Wanted, order: import('./licence.js').Order) => Promise<void>} fetch
 *
 * What a batch is fetched with.
 *
 * @typedef {object} Means
 * @property {import('./server-clock.js').ServerClock} clock
 * @property {import('./environment.js').Environment} environment
 * @property {import('./delivery.js').Tokens} tokens
 * @property {ReadonlyMap<string, number>} revoked  from when on, by KID
 * @property {(report: import('./report.js').LicenceReport) => void} report
 */

/**
 * Fetches a batch at its instant, one licence after the other, since the first may hold the
 * keys of all. Of each it reports what became of it.
 *
 * @param {import('./schedule.js').Batch} batch
 * @param {Licences} licences
 * @param {Means} means
 * @returns {Promise<void>} never rejects
 */
export async function fetchBatch(batch, licences, means) {
  const {at, signal, wanted} = batch;
  while (means.clock.now() < at && !signal.aborted) {
    await pause(means.environment, at - means.clock.now(), signal);
  }
  for (const one of wanted) {
    if (!signal.aborted) await fetchOne(one, batch, licences, means);
  }
}

/**
 * @param {import('./wanted.js').Wanted} one
 * @param {import('./schedule.js').Batch} batch
 * @param {Licences} licences
 * @param {Means} means
 */
async function fetchOne(one, {period, at, signal}, licences, {clock, tokens, revoked, report}) {
  const askedAt = clock.now();
  const course = {attempts: 0, status: 0};
  /** @type {(outcome: import('./report.js').LicenceReport['outcome'], error?: unknown) => void} */
  const tell = (outcome, error) => report({
    type: 'licence', outcome, period: {...period}, kids: one.kids,
    drawnFor: at, askedAt, beforeStart: period.start - askedAt, took: clock.now() - askedAt,
    ...course, error: reason(error),
  });
  const needless = one.kids.every((kid) => withdrawn(revoked.get(kid), period, askedAt));
  if (needless || licences.has(one)) return tell('spared');
  try {
    await licences.fetch(one, {tokens, course, deadline: period.end, signal});
    tell('usable');
  } catch (error) {
    tell('failed', error);
  }
}

/**
 * Whether nobody needs a key: no licence names it any more, or none will, and it is not on air yet.
 *
 * @param {number | undefined} from  when on no licence names it; undefined: it is not revoked
 * @param {{start: number}} period
 * @param {number} now
 */
function withdrawn(from, period, now) {
  return from !== undefined && (from <= now || now < period.start);
}
