import {readAnnouncement, readPeriod, readWithdrawal} from './announcement.js';
import {pause, timely} from './environment.js';
import {follow} from './follow.js';
import {freshFor, nextPoll} from './poll.js';
import {Backoff, refused} from './retry.js';
import {writtenAt} from './server-clock.js';

/**
 * Where a channel's feed is.
 *
 * @typedef {object} FeedLocation
 * @property {string} announcement  URL of the document
 * @property {string} [events]      URL of the events; none: the document is polled
 * @property {Record<string, string>} [headers]  sent along, for a feed that is not public
 *
 * Whom the feed tells. None of these may throw.
 *
 * @typedef {object} FeedListener
 * @property {(announcement: import('./announcement.js').Announcement, anew: boolean) => void} onAnnouncement
 *   anew: what was known before and is not in it is to be forgotten
 * @property {(period: import('./announcement.js').Period) => void} onAnnounced
 * @property {(withdrawals: import('./announcement.js').Withdrawal[]) => void} onRevoked
 * @property {(state: 'streaming' | 'polling' | 'failing', error?: unknown) => void} onState
 */

/** How long an answer may take, in ms. */
const patience = 20_000;

/**
 * @param {string} server  URL of keyrotor, without a slash at its end
 * @param {string} channel
 * @returns {FeedLocation}
 */
export function channelFeed(server, channel) {
  const base = `${server}/v1/channels/${encodeURIComponent(channel)}`;
  return {announcement: `${base}/announcement`, events: `${base}/events`};
}

/**
 * Follows a channel's announcements: the document first, then the events from there on. While
 * there are no events the document is polled, and the events are tried again.
 */
export class Feed {
  #after = 0;
  #known = false;
  #pollAt = 0;
  #followAt = 0;
  #currentEnd = NaN;

  /**
   * @param {object} config
   * @param {FeedLocation} config.location
   * @param {FeedListener} config.listener
   * @param {import('./server-clock.js').ServerClock} config.clock  is set by what the feed says
   * @param {import('./environment.js').Environment} config.environment
   */
  constructor({location, listener, clock, environment}) {
    this.location = location;
    this.listener = listener;
    this.clock = clock;
    this.environment = environment;
    this.reading = new Backoff(environment.random, 1_000, 60_000);
    this.following = new Backoff(environment.random, 2_000, 300_000);
  }

  /**
   * @param {AbortSignal} signal
   * @returns {Promise<void>} once the signal is aborted; never rejects
   */
  async run(signal) {
    const {events} = this.location;
    if (!events) this.#followAt = Infinity;
    while (!signal.aborted) {
      if (events && this.#known && this.#due(this.#followAt)) await this.#follow(events, signal);
      if (this.#due(this.#pollAt)) await this.#poll(signal, 'default');
      const next = this.#known ? Math.min(this.#pollAt, this.#followAt) : this.#pollAt;
      await pause(this.environment, next - this.environment.monotonic(), signal);
    }
  }

  /** @param {number} at */
  #due(at) {
    return this.environment.monotonic() >= at;
  }

  /**
   * Reads the document. ETag and Cache-Control are the HTTP cache's to honour: a page that sent
   * If-None-Match itself would need permission of a server of another origin.
   *
   * @param {AbortSignal} signal
   * @param {RequestCache} cache  "no-cache": what a cache holds is not good enough
   * @returns {Promise<boolean>} whether it was read
   */
  async #poll(signal, cache) {
    try {
      const wait = await timely(this.environment, patience, signal, async (limit) => {
        const {announcement, headers} = this.location;
        const response = await this.environment.fetch(announcement, {headers, cache, signal: limit});
        this.clock.observe(writtenAt(response));
        if (!response.ok) throw refused('announcement', response, this.clock.now());
        return this.#take(readAnnouncement(await response.json()), freshFor(response), cache === 'no-cache');
      });
      this.reading.reset();
      this.#pollAt = this.environment.monotonic() + wait;
      return true;
    } catch (error) {
      this.#pollAt = this.environment.monotonic() + this.reading.next(error);
      if (!signal.aborted) this.listener.onState('failing', error);
      return false;
    }
  }

  /**
   * @param {import('./announcement.js').Announcement} announcement
   * @param {number} freshFor  ms for which a cache has no newer document
   * @param {boolean} anew     what was known before is to be forgotten
   * @returns {number} ms after which to ask again
   */
  #take(announcement, freshFor, anew) {
    this.#known = true;
    this.#after = Math.max(this.#after, announcement.sequence);
    this.#currentEnd = announcement.current?.end ?? NaN;
    this.listener.onAnnouncement(announcement, anew);
    return nextPoll(announcement.refreshAt - this.clock.now(), freshFor, this.environment.random);
  }

  /**
   * @param {string} url
   * @param {AbortSignal} signal
   */
  async #follow(url, signal) {
    let opened = false;
    const error = await follow({
      url, after: this.#after,
      headers: this.location.headers ?? {},
      environment: this.environment,
      signal,
      wall: () => this.clock.now(),
      boundaryIn: () => this.#boundaryIn(),
      onMessage: (message) => this.#message(message, signal),
      onOpen: () => {
        opened = true;
        this.following.reset();
        this.listener.onState('streaming');
      },
    });
    if (signal.aborted) return;
    this.#followAt = this.environment.monotonic() + this.following.next(error);
    // The clients of a server that went away all lose their streams at once. What they missed
    // comes by the resumed stream, so the document is asked for only if resuming fails.
    if (opened) this.#pollAt = Math.max(this.#pollAt, this.#followAt);
    this.listener.onState('polling', error);
  }

  /**
   * @param {import('./event-stream.js').StreamMessage} message
   * @param {AbortSignal} signal
   */
  #message({type, data, id}, signal) {
    if (type === 'reset') {
      this.#after = 0;
      void this.#renew(signal);
      return;
    }
    if (/^\d+$/.test(id)) this.#after = Number(id);
    const told = parse(data);
    const period = readPeriod(told);
    if (type === 'revoked') this.listener.onRevoked(readWithdrawal(told));
    else if (period && type === 'announced') this.listener.onAnnounced(period);
    else if (period && type === 'begun') {
      this.clock.observe(period.start);
      this.#currentEnd = period.end;
    }
  }

  /**
   * Reads the document until that succeeds, while events go on.
   *
   * @param {AbortSignal} signal
   */
  async #renew(signal) {
    while (!signal.aborted && !(await this.#poll(signal, 'no-cache'))) {
      await pause(this.environment, this.#pollAt - this.environment.monotonic(), signal);
    }
  }

  /** A boundary comes with a message. While nothing is planned, none is due for long. */
  #boundaryIn() {
    const left = this.#currentEnd - this.clock.now();
    return Number.isNaN(left) ? 300_000 : Math.max(0, left);
  }
}

/** @param {string} data */
function parse(data) {
  try {
    return JSON.parse(data);
  } catch {
    return null;
  }
}
