import {chained, pause} from './environment.js';
import {bytesOf, bytesOfKID, hex} from './init-data.js';

/**
 * How a licence is to be fetched.
 *
 * @typedef {object} Order
 * @property {import('./delivery.js').Tokens} tokens
 * @property {import('./delivery.js').Course} course  is told how it goes
 * @property {number} deadline  ms since 1970 by the server's clock: no request begins then or later
 * @property {AbortSignal} signal
 */

/** How long a CDM may take to make its request, or its mind up about a key, in ms. */
const patience = 10_000;

/** A licence in a session of its own, from its request until it is closed or given away. */
export class Licence {
  /** @type {MediaKeySession | null} */
  #session = null;
  /** @type {Promise<void>} */
  #fetched = Promise.resolve();
  /** Aborted once no further request is to be made. */
  #last = new AbortController();
  #asked = false;

  /**
   * @param {import('./wanted.js').Wanted} wanted
   * @param {() => MediaKeySession} createSession
   * @param {import('./delivery.js').Delivery} delivery
   */
  constructor(wanted, createSession, delivery) {
    this.wanted = wanted;
    this.createSession = createSession;
    this.delivery = delivery;
  }

  /**
   * @param {Order} order
   * @returns {Promise<void>} once its keys are usable; when it rejects, its session is closed
   */
  async fetch(order) {
    this.#last = chained(order.signal);
    this.#fetched = this.#fetch(order);
    try {
      await this.#fetched;
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /**
   * Whether it has usable keys for all of these KIDs.
   *
   * @param {string[]} kids
   */
  allows(kids) {
    return kids.every((kid) => this.#status(kid) === 'usable');
  }

  /**
   * Gives the session away. A request that is on its way is waited for, none is made any more.
   *
   * @returns {Promise<MediaKeySession | null>} null if there is no licence
   */
  async surrender() {
    this.#last.abort(new Error('the player asks itself'));
    await this.#fetched.catch(() => {});
    const session = this.#session;
    this.#session = null;
    session?.removeEventListener('message', this.#onMessage);
    return session;
  }

  close() {
    this.#last.abort(new Error('closed'));
    this.#session?.removeEventListener('message', this.#onMessage);
    // A session that made no request cannot be closed, and goes with its MediaKeys.
    this.#session?.close().catch(() => {});
    this.#session = null;
  }

  /** @type {(event: MediaKeyMessageEvent) => void} */
  #onMessage = () => {};

  /** @param {Order} order */
  async #fetch(order) {
    const session = this.createSession();
    this.#session = session;
    const answered = new Promise((resolve, reject) => {
      this.#onMessage = (event) => this.#answer(session, event, order).then(resolve, reject);
    });
    answered.catch(() => {});
    session.addEventListener('message', this.#onMessage);
    const {initDataType, initData} = this.wanted;
    await session.generateRequest(initDataType, /** @type {BufferSource} */ (initData));
    await Promise.race([answered, this.#silence(order)]);
    await this.#judged(session, order);
  }

  /**
   * Answers the first request of the CDM, and later those that renew its licence.
   *
   * @param {MediaKeySession} session
   * @param {MediaKeyMessageEvent} event
   * @param {Order} order
   * @returns {Promise<void>} once there is a licence
   */
  async #answer(session, {messageType, message}, order) {
    // The token of a renewed licence must not be as old as the licence.
    if (messageType === 'license-renewal') order.tokens.discard();
    this.#asked = true;
    const question = {message, uri: '', kids: this.wanted.kids};
    const answer = await this.delivery.fetch(question, {...order, last: this.#last.signal});
    await session.update(answer);
    // The licence itself is asked for by the next message.
    if (messageType === 'individualization-request') await new Promise(() => {});
  }

  /**
   * Rejects if the CDM makes no request at all.
   *
   * @param {Order} order
   */
  async #silence(order) {
    await pause(this.delivery.environment, patience, order.signal);
    if (!this.#asked) throw new Error('the CDM made no request');
    await new Promise(() => {});
  }

  /**
   * Waits until the CDM says of every key whether it may be used.
   *
   * @param {MediaKeySession} session
   * @param {Order} order
   */
  async #judged(session, order) {
    const {environment} = this.delivery;
    const changed = new AbortController();
    const change = () => changed.abort();
    session.addEventListener('keystatuseschange', change, {once: true});
    if (this.wanted.kids.some((kid) => this.#status(kid) === 'status-pending')) {
      await pause(environment, patience, changed.signal);
    }
    session.removeEventListener('keystatuseschange', change);
    const missing = this.wanted.kids.find((kid) => this.#status(kid) !== 'usable');
    if (missing) throw new Error(`the licence has no usable key ${missing}: ${this.#status(missing) ?? 'missing'}`);
    if (order.signal.aborted) throw order.signal.reason;
  }

  /**
   * Some CDMs of PlayReady have KIDs as little-endian GUIDs.
   *
   * @param {string} kid
   * @returns {MediaKeyStatus | undefined}
   */
  #status(kid) {
    const plain = hex(bytesOfKID(kid));
    const swapped = plain.replace(/^(..)(..)(..)(..)(..)(..)(..)(..)/, '$4$3$2$1$6$5$8$7');
    /** @type {MediaKeyStatus | undefined} */
    let found;
    this.#session?.keyStatuses.forEach((status, id) => {
      if ([plain, swapped].includes(hex(bytesOf(id)))) found = status;
    });
    return found;
  }
}
