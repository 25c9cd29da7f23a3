/**
 * Lets a player find the licences that were fetched for it.
 *
 * A player asks for a licence by creating a session and giving it init data. From here on the
 * sessions that mediaKeys creates look first whether there is a licence for those bytes:
 * if so they take that one's session over, and say that the key's status has changed, without
 * ever saying that there is a message to send. If not, they are the browser's own.
 *
 * @param {import('./sessions.js').Sessions} sessions
 * @returns {() => void} undoes it
 */
export function adopt(sessions) {
  const {mediaKeys, createSession} = sessions;
  mediaKeys.createSession = (type) => {
    // Licences that are to be stored are not the ones that were fetched here.
    if (type && type !== 'temporary') return createSession(type);
    return /** @type {any} */ (new AdoptiveSession(sessions));
  };
  return () => {
    delete (/** @type {any} */ (mediaKeys).createSession);
  };
}

/** What a player sees of a session: as much of MediaKeySession (EME, 6) as players use. */
class AdoptiveSession extends EventTarget {
  /** @type {MediaKeySession | null} */
  #session = null;
  /** @type {(reason: any) => void} */
  #close = () => {};

  /** @param {import('./sessions.js').Sessions} sessions */
  constructor(sessions) {
    super();
    this.sessions = sessions;
    /** @type {Promise<MediaKeySessionClosedReason>} */
    this.closed = new Promise((resolve) => (this.#close = resolve));
  }

  get sessionId() {
    return this.#session?.sessionId ?? '';
  }

  get expiration() {
    return this.#session?.expiration ?? NaN;
  }

  get keyStatuses() {
    return this.#session?.keyStatuses ?? new Map();
  }

  /**
   * @param {string} initDataType
   * @param {BufferSource} initData
   */
  async generateRequest(initDataType, initData) {
    const adopted = await this.sessions.claim(initDataType, initData);
    if (!adopted) return this.#own(this.sessions.createSession()).generateRequest(initDataType, initData);
    this.#own(adopted);
    // After the promise, as a licence would: some players listen no earlier.
    this.sessions.delivery.environment.setTimeout(() => this.dispatchEvent(new Event('keystatuseschange')), 0);
  }

  /** @param {string} id */
  load(id) {
    return this.#own(this.sessions.createSession()).load(id);
  }

  /** @param {BufferSource} response */
  async update(response) {
    await this.#session?.update(response);
  }

  async remove() {
    await this.#session?.remove();
  }

  async close() {
    if (!this.#session) this.#close('closed-by-application');
    await this.#session?.close();
  }

  /** @param {MediaKeySession} session */
  #own(session) {
    this.#session = session;
    session.closed.then(this.#close, () => {});
    session.addEventListener('keystatuseschange', () => this.dispatchEvent(new Event('keystatuseschange')));
    session.addEventListener('message', ({messageType, message}) => {
      this.dispatchEvent(Object.assign(new Event('message'), {messageType, message}));
    });
    return session;
  }
}
