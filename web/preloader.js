import {adopt} from './adoption.js';
import {fetchBatch} from './batch.js';
import {Delivery, Tokens} from './delivery.js';
import {browser} from './environment.js';
import {Feed} from './feed.js';
import {aes128, systemIDs} from './init-data.js';
import {KeyFiles} from './key-files.js';
import {reason} from './report.js';
import {Schedule} from './schedule.js';
import {ServerClock} from './server-clock.js';
import {Sessions} from './sessions.js';
import {wanted} from './wanted.js';

/**
 * @typedef {object} PreloaderConfig
 * @property {import('./feed.js').FeedLocation} feed  channelFeed() gives it
 * @property {string} keySystem   as in EME; or "aes-128" for the key files of HLS AES-128
 * @property {string[]} [tracks]  none: all
 * @property {string} [scheme]    none: whichever the feed has
 * @property {boolean} [current]  also fetch the period that is on, which a player that is
 *   starting asks for itself; none: true
 * @property {number} [grace]     ms for which a licence is kept after its period, for viewers
 *   behind live; none: two minutes
 * @property {(report: import('./report.js').Report) => void} [onReport]
 * @property {import('./environment.js').Environment} [environment]  none: the browser's
 *
 * @typedef {PreloaderConfig & import('./delivery.js').DeliveryConfig} Config
 */

/** A viewer behind live, or whose packager switches late, needs a key after its period. */
const grace = 120_000;

/**
 * Fetches the licences of a channel's coming periods, each at its instant in the fetch window.
 *
 * What goes wrong is reported and tried again, or left to the player, which asks for what it
 * lacks as it would without: nothing is thrown into the app but by the constructor.
 */
export class Preloader {
  #stopped = new AbortController();
  #started = false;
  /** @type {import('./sessions.js').Sessions | import('./key-files.js').KeyFiles | null} */
  #licences = null;
  #release = () => {};
  /** @type {Map<number, import('./announcement.js').Period>} by start */
  #periods = new Map();
  /** @type {Map<string, number>} from when on, by KID */
  #revoked = new Map();
  #channel = '';

  /**
   * @param {Config} config
   * @throws {TypeError} if the key system is none that can be preloaded
   */
  constructor(config) {
    if (systemIDs(config.keySystem).length === 0) {
      throw new TypeError(`keySystem: ${config.keySystem} cannot be preloaded`);
    }
    this.config = config;
    this.environment = config.environment ?? browser();
    this.clock = new ServerClock(this.environment);
    this.delivery = new Delivery(config, this.clock, this.environment);
    this.schedule = new Schedule(this.environment.random);
    if (config.keySystem === aes128) this.#licences = new KeyFiles(this.delivery);
  }

  /** Begins to follow the feed. Once only; a second call does nothing. */
  start() {
    if (this.#started) return;
    this.#started = true;
    const feed = new Feed({
      location: this.config.feed,
      listener: this.#listener(),
      clock: this.clock,
      environment: this.environment,
    });
    void feed.run(this.#stopped.signal);
  }

  /** Ends everything, and closes the licences that no player has taken. For good. */
  stop() {
    this.#stopped.abort(new Error('stopped'));
    this.schedule.clear();
    this.#licences?.close();
    this.#release();
  }

  /**
   * Names the MediaKeys of the player, on which licences are of use. Until then none is
   * fetched; with other MediaKeys all are fetched anew. Key files need none.
   *
   * @param {MediaKeys} mediaKeys
   * @returns {MediaKeys} the same
   */
  attach(mediaKeys) {
    const before = this.#licences;
    if (this.#stopped.signal.aborted || before instanceof KeyFiles) return mediaKeys;
    if (before instanceof Sessions && before.mediaKeys === mediaKeys) return mediaKeys;
    this.schedule.clear();
    before?.close();
    this.#release();
    const sessions = new Sessions(mediaKeys, this.delivery);
    this.#licences = sessions;
    this.#release = adopt(sessions);
    for (const period of this.#periods.values()) this.#take(period);
    return mediaKeys;
  }

  /**
   * A key file for a player that needs it now.
   *
   * @param {string} uri  as announced
   * @returns {Promise<ArrayBuffer> | undefined} 16 bytes, or a rejection; undefined if it was not
   *   preloaded
   */
  keyFile(uri) {
    return this.#licences instanceof KeyFiles ? this.#licences.claim(uri) : undefined;
  }

  /** @returns {import('./feed.js').FeedListener} */
  #listener() {
    return {
      onAnnouncement: (announcement, anew) => this.#announcement(announcement, anew),
      onAnnounced: (period) => this.#announced(period),
      onRevoked: (withdrawals) => this.#revoke(withdrawals),
      onState: (state, error) => this.#report({type: 'feed', state, error: reason(error)}),
    };
  }

  /**
   * @param {import('./announcement.js').Announcement} announcement
   * @param {boolean} anew
   */
  #announcement({channel, current, coming, revoked}, anew) {
    this.#channel = channel;
    const periods = current && this.config.current !== false ? [current, ...coming] : coming;
    if (anew) {
      const starts = new Set([current, ...coming].map((period) => period?.start ?? NaN));
      this.schedule.retain(starts);
      for (const start of this.#periods.keys()) if (!starts.has(start)) this.#periods.delete(start);
    }
    this.#revoke(revoked);
    for (const period of periods) this.#announced(period);
  }

  /** @param {import('./announcement.js').Period} period */
  #announced(period) {
    const over = this.clock.now() - (this.config.grace ?? grace);
    this.schedule.drop(over);
    this.#licences?.closeOver(this.clock.now());
    for (const [start, {end}] of this.#periods) if (end <= over) this.#periods.delete(start);
    this.#periods.set(period.start, period);
    this.#take(period);
  }

  /** @param {import('./announcement.js').Period} period */
  #take(period) {
    if (!this.#licences) return;
    const needed = wanted(period, this.config);
    for (const one of needed) this.#licences.keep(one, period.end + (this.config.grace ?? grace));
    const batch = this.schedule.take(period, needed, this.clock.now());
    if (batch) void fetchBatch(batch, this.#licences, this.#means(batch));
  }

  /**
   * @param {import('./schedule.js').Batch} batch
   * @returns {import('./batch.js').Means}
   */
  #means({wanted}) {
    const kids = wanted.flatMap((one) => one.kids);
    return {
      clock: this.clock,
      environment: this.environment,
      tokens: new Tokens(() => this.config.getToken({channel: this.#channel, kids})),
      revoked: this.#revoked,
      report: (report) => this.#report(report),
    };
  }

  /** @param {import('./announcement.js').Withdrawal[]} withdrawals */
  #revoke(withdrawals) {
    for (const {kid, from} of withdrawals) {
      if (this.#revoked.get(kid) === from) continue;
      this.#revoked.set(kid, from);
      this.#report({type: 'revoked', kid, from});
    }
  }

  /** @param {import('./report.js').Report} report */
  #report(report) {
    try {
      this.config.onReport?.(report);
    } catch (error) {
      // An app that fails to hear must not stop what it is told of.
      this.environment.setTimeout(() => { throw error; }, 0);
    }
  }
}
