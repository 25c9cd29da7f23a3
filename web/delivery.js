import {timely} from './environment.js';
import {Backoff, persist, refused} from './retry.js';
import {playReadyChallenge} from './playready.js';

/**
 * What is asked for: a licence, or a key file.
 *
 * @typedef {object} Subject
 * @property {ArrayBuffer | null} message  what the CDM made; null for a key file
 * @property {string} uri  of a key file; else ""
 * @property {string[]} kids
 *
 * @typedef {Subject & {token: string, keySystem: string, signal: AbortSignal}} Question
 *
 * How to ask, if not by a POST to licenceUrl or a GET of the key file: an app's own way.
 *
 * @typedef {(question: Question) => Promise<Response>} Ask
 *
 * @typedef {object} DeliveryConfig
 * @property {string} [licenceUrl]
 * @property {string} [tokenHeader]  the token's header, alone; none: Authorization: Bearer
 * @property {Ask} [ask]
 * @property {(wish: {channel: string, kids: string[]}) => Promise<string> | string} getToken
 *
 * What became of the requests for one licence.
 *
 * @typedef {object} Course
 * @property {number} attempts  requests made
 * @property {number} status    of the last answer; 0 if there was none
 */

/** How long a licence service may take to answer, in ms. */
const patience = 15_000;

/** Requests for one licence. The pauses between them add up to about two minutes at most. */
const attempts = 8;

/** Asks for licences: with a token, again when that may help, and when the server says. */
export class Delivery {
  /**
   * @param {DeliveryConfig & {keySystem: string}} config
   * @param {import('./server-clock.js').ServerClock} clock
   * @param {import('./environment.js').Environment} environment
   */
  constructor(config, clock, environment) {
    this.config = config;
    this.clock = clock;
    this.environment = environment;
  }

  /**
   * @param {Subject} subject
   * @param {import('./licence.js').Order & {last: AbortSignal}} order
   *   last: once it is aborted, no further request is made
   * @returns {Promise<ArrayBuffer>} the licence, or key
   */
  fetch(subject, {tokens, course, deadline, signal, last}) {
    const {environment, clock} = this;
    const backoff = new Backoff(environment.random, 1_000, 30_000);
    const once = () => timely(environment, patience, signal, (limit) => this.#once(subject, tokens, course, limit));
    return persist(once, {attempts, deadline, now: () => clock.now(), backoff, environment, signal: last});
  }

  /**
   * @param {Subject} subject
   * @param {Tokens} tokens
   * @param {Course} course
   * @param {AbortSignal} signal
   */
  async #once(subject, tokens, course, signal) {
    const {keySystem} = this.config;
    course.attempts++;
    course.status = 0;
    const token = await tokens.get();
    const response = await (this.config.ask ?? this.#ask)({...subject, keySystem, token, signal});
    course.status = response.status;
    if (response.ok) return response.arrayBuffer();
    if (response.status === 401 || response.status === 403) tokens.discard();
    throw refused('licence', response, this.clock.now());
  }

  /** @type {Ask} */
  #ask = ({message, uri, token, keySystem, signal}) => {
    const {licenceUrl, tokenHeader} = this.config;
    const shown = tokenHeader ? {[tokenHeader]: token} : {Authorization: `Bearer ${token}`};
    if (!message) return this.environment.fetch(uri, {headers: shown, signal});
    const challenge = keySystem.includes('playready') ? playReadyChallenge(message) : {headers: {}, body: message};
    if (!licenceUrl) throw Object.assign(new Error('licence: neither licenceUrl nor ask is configured'), {final: true});
    const headers = {...challenge.headers, ...shown};
    return this.environment.fetch(licenceUrl, {method: 'POST', headers, body: challenge.body, signal});
  };
}

/** One token for the licences that are fetched together, and another when it was refused. */
export class Tokens {
  /** @type {Promise<string> | null} */
  #token = null;

  /** @param {() => Promise<string> | string} get */
  constructor(get) {
    this.fresh = get;
  }

  /** @returns {Promise<string>} rejects as the app's callback does */
  get() {
    this.#token ??= new Promise((resolve) => resolve(this.fresh()));
    this.#token.catch(() => this.discard());
    return this.#token;
  }

  discard() {
    this.#token = null;
  }
}
