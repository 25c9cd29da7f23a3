import {chained} from './environment.js';

/** Keys of HLS AES-128, which are files of 16 bytes. They are kept in memory, for the player only. */
export class KeyFiles {
  /** @type {Map<string, {file: Promise<ArrayBuffer>, last: AbortController}>} by URI */
  #files = new Map();
  /** @type {Map<string, number>} until when a file is kept, in ms by the server's clock */
  #until = new Map();

  /** @param {import('./delivery.js').Delivery} delivery */
  constructor(delivery) {
    this.delivery = delivery;
  }

  /**
   * @param {import('./wanted.js').Wanted} wanted
   * @param {number} until  ms by the server's clock; of several the latest counts
   */
  keep({id}, until) {
    this.#until.set(id, Math.max(until, this.#until.get(id) ?? 0));
  }

  /** @param {import('./wanted.js').Wanted} wanted */
  has({id}) {
    return this.#files.has(id);
  }

  /**
   * @param {import('./wanted.js').Wanted} wanted
   * @param {import('./licence.js').Order} order
   * @returns {Promise<void>} once it is there
   */
  async fetch({id, uri, kids}, order) {
    const last = chained(order.signal);
    const file = this.delivery.fetch({message: null, uri, kids}, {...order, last: last.signal}).then(checked);
    this.#files.set(id, {file, last});
    try {
      await file;
    } catch (error) {
      this.#files.delete(id);
      throw error;
    }
  }

  /**
   * Gives a key to a player, which needs it now: a request that is on its way is waited for,
   * none is made any more.
   *
   * @param {string} uri
   * @returns {Promise<ArrayBuffer> | undefined} a copy of the 16 bytes; undefined if it is neither
   *   here nor on its way. It rejects if it could not be fetched.
   */
  claim(uri) {
    const known = this.#files.get(uri);
    known?.last.abort(new Error('the player asks itself'));
    return known?.file.then((key) => key.slice(0));
  }

  /** @param {number} now  ms by the server's clock */
  closeOver(now) {
    for (const [id, until] of this.#until) {
      if (until > now) continue;
      this.#until.delete(id);
      this.#files.delete(id);
    }
  }

  close() {
    this.closeOver(Infinity);
  }
}

/**
 * @param {ArrayBuffer} file
 * @returns {ArrayBuffer} the same
 * @throws {Error} if it is no key
 */
function checked(file) {
  if (file.byteLength !== 16) throw new Error(`a key of ${file.byteLength} bytes, want 16`);
  return file;
}
