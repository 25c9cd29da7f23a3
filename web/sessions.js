import {boxes, bytesOf, hex, systemOf} from './init-data.js';
import {Licence} from './licence.js';
import {idOf} from './wanted.js';

/** Licences in sessions of one MediaKeys, the player's. */
export class Sessions {
  /** @type {Map<string, Licence>} */
  #licences = new Map();
  /** @type {Map<string, number>} until when a licence is kept, in ms by the server's clock */
  #until = new Map();
  /** @type {Set<string>} licences that the player has, or asks for itself */
  #players = new Set();

  /**
   * @param {MediaKeys} mediaKeys
   * @param {import('./delivery.js').Delivery} delivery
   */
  constructor(mediaKeys, delivery) {
    this.mediaKeys = mediaKeys;
    this.delivery = delivery;
    /** @type {(type?: MediaKeySessionType) => MediaKeySession} the browser's own, whatever it is replaced by */
    this.createSession = mediaKeys.createSession.bind(mediaKeys);
  }

  /**
   * @param {import('./wanted.js').Wanted} wanted
   * @param {number} until  ms by the server's clock; of several the latest counts
   */
  keep({id}, until) {
    this.#until.set(id, Math.max(until, this.#until.get(id) ?? 0));
  }

  /**
   * Whether it need not be fetched: there is a licence, or the player sees to it.
   *
   * @param {import('./wanted.js').Wanted} wanted
   */
  has({id, kids}) {
    return this.#players.has(id) || [...this.#licences.values()].some((licence) => licence.allows(kids));
  }

  /**
   * @param {import('./wanted.js').Wanted} wanted
   * @param {import('./licence.js').Order} order
   * @returns {Promise<void>} once its keys are usable
   */
  async fetch(wanted, order) {
    const licence = new Licence(wanted, this.createSession, this.delivery);
    this.#licences.set(wanted.id, licence);
    try {
      await licence.fetch(order);
    } catch (error) {
      this.#forget(licence);
      throw error;
    }
  }

  /**
   * Gives a licence's session to a player that would ask for the same one. From then on the
   * session is the player's, which renews and closes it. A request that is under way is
   * waited for; one that waits for its turn gives way to the player's own.
   *
   * @param {string} initDataType
   * @param {BufferSource} initData  may hold boxes of other systems besides
   * @returns {Promise<MediaKeySession | null>} null: the player has to ask
   */
  async claim(initDataType, initData) {
    const bytes = bytesOf(initData);
    const licence = this.#find(initDataType, bytes);
    this.#players.add(licence?.wanted.id ?? idOf(initDataType, bytes));
    if (!licence) return null;
    const session = await licence.surrender();
    this.#forget(licence);
    return session;
  }

  /**
   * @param {string} initDataType
   * @param {Uint8Array} bytes
   * @returns {Licence | undefined}
   */
  #find(initDataType, bytes) {
    const same = this.#licences.get(idOf(initDataType, bytes));
    if (same || initDataType !== 'cenc') return same;
    const parts = boxes(bytes);
    return [...this.#licences.values()].find(({wanted}) => isOnlyBox(wanted.initData, parts));
  }

  /** @param {Licence} licence */
  #forget(licence) {
    if (this.#licences.get(licence.wanted.id) === licence) this.#licences.delete(licence.wanted.id);
  }

  /**
   * Closes the licences that are kept no longer.
   *
   * @param {number} now  ms by the server's clock
   */
  closeOver(now) {
    for (const [id, until] of this.#until) {
      if (until > now) continue;
      this.#until.delete(id);
      this.#players.delete(id);
      this.#licences.get(id)?.close();
      this.#licences.delete(id);
    }
  }

  close() {
    this.closeOver(Infinity);
  }
}

/**
 * Whether a box is among others, and the only one there of its system: a player that got it
 * with another one of the same system wants more than its licence.
 *
 * @param {Uint8Array} box
 * @param {Uint8Array[]} parts
 */
function isOnlyBox(box, parts) {
  const ours = parts.filter((part) => systemOf(part) === systemOf(box));
  return ours.length > 0 && ours.every((part) => hex(part) === hex(box));
}
