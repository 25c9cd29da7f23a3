import {instant} from './server-clock.js';

/**
 * An announcement as keyrotor writes it, as far as it is read here. Fields that are not
 * known are ignored, and those that are missing are taken for empty.
 *
 * @typedef {object} Announcement
 * @property {string} channel
 * @property {number} sequence    the place in the feed from which events follow
 * @property {number} issuedAt    since when it says this, in ms since 1970; NaN if it does not say
 * @property {number} refreshAt   when the next period is announced, begins or ends; NaN if it does not say
 * @property {Period | null} current
 * @property {Period[]} coming
 * @property {Withdrawal[]} revoked
 *
 * A KID that an operator has withdrawn.
 *
 * @typedef {object} Withdrawal
 * @property {string} kid
 * @property {number} from  when on no licence names it, in ms since 1970; 0 if that is not said
 *
 * @typedef {object} Period
 * @property {number} start  ms since 1970 by the server's clock
 * @property {number} end    exclusive
 * @property {{start: number, end: number}} fetchWindow
 * @property {Key[]} keys    empty while nobody knows them
 *
 * @typedef {object} Key
 * @property {string} track   intendedTrackType
 * @property {string} scheme  "cenc", "cbcs", …
 * @property {string} kid     UUID in lower case
 * @property {System[]} systems
 *
 * @typedef {object} System
 * @property {string} systemId  UUID in lower case
 * @property {string} [pssh]    the whole box, in base64
 * @property {{media: string, master: string}} [hls]  playlist lines
 */

/**
 * @param {unknown} json
 * @returns {Announcement}
 * @throws {TypeError} if it is none
 */
export function readAnnouncement(json) {
  const document = object(json);
  if (typeof document.channel !== 'string') throw new TypeError('announcement: no channel');
  return {
    channel: document.channel,
    sequence: Number(document.sequence) || 0,
    issuedAt: instant(document.issuedAt),
    refreshAt: instant(document.refreshAt),
    current: readPeriod(document.current),
    coming: list(document.coming).map(readPeriod).filter(isPeriod),
    revoked: list(document.revoked).flatMap(readWithdrawal),
  };
}

/**
 * @param {unknown} json
 * @returns {Period | null} null for what is no period
 */
export function readPeriod(json) {
  const period = object(json);
  const [start, end] = [instant(period.start), instant(period.end)];
  if (Number.isNaN(start) || Number.isNaN(end)) return null;
  const window = object(period.fetchWindow);
  return {
    start,
    end,
    fetchWindow: {start: instant(window.start), end: instant(window.end)},
    keys: list(period.keys),
  };
}

/**
 * @param {unknown} json
 * @returns {Withdrawal[]} one, or none if it names no KID
 */
export function readWithdrawal(json) {
  const {kid, from} = object(json);
  return typeof kid === 'string' ? [{kid: kid.toLowerCase(), from: instant(from) || 0}] : [];
}

/**
 * @param {Period | null} period
 * @returns {period is Period}
 */
function isPeriod(period) {
  return period !== null;
}

/**
 * @param {unknown} json
 * @returns {Record<string, any>}
 */
function object(json) {
  return typeof json === 'object' && json !== null && !Array.isArray(json) ? json : {};
}

/**
 * @param {unknown} json
 * @returns {any[]}
 */
function list(json) {
  return Array.isArray(json) ? json : [];
}
