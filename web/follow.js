import {pause} from './environment.js';
import {EventStreamParser} from './event-stream.js';
import {refused} from './retry.js';

/**
 * What to follow, and whom to tell.
 *
 * @typedef {object} Following
 * @property {string} url      of the events
 * @property {number} after    the sequence up to which the feed is known
 * @property {Record<string, string>} headers  none: EventSource may be used
 * @property {import('./environment.js').Environment} environment
 * @property {() => number} wall        ms since 1970, for dates in Retry-After
 * @property {() => number} boundaryIn  ms until a message must come, as a period ends
 * @property {(message: import('./event-stream.js').StreamMessage) => void} onMessage
 * @property {() => void} onOpen
 * @property {AbortSignal} signal
 */

/** The server breaks its silence every 15 s; who hears nothing for twice as long is cut off. */
const silence = 30_000;

/** The types to listen to; EventSource shows no others. After "rotated", "announced" says it all. */
const types = ['announced', 'revoked', 'reset', 'begun', 'ended'];

/**
 * Follows until the stream ends, fails or is silent for too long.
 *
 * EventSource needs no permission from a server of another origin and resumes by itself,
 * but sends no headers. So with headers, or without EventSource, the stream is read by fetch.
 *
 * @param {Following} following
 * @returns {Promise<unknown>} why it ended, an Error; never rejects
 */
export async function follow(following) {
  const native = following.environment.EventSource;
  if (native && Object.keys(following.headers).length === 0) {
    return followByEventSource(following, native);
  }
  return followByFetch(following).catch((error) => error);
}

/**
 * @param {Following} following
 * @param {typeof EventSource} Source
 * @returns {Promise<unknown>}
 */
async function followByEventSource(following, Source) {
  const source = new Source(at(following));
  const ended = new AbortController();
  const watch = new Watch(following, ended);
  // Comments cannot be heard here, but the message at the end of a period must come.
  const heard = () => watch.expectIn(following.boundaryIn() + silence);
  source.onopen = () => {
    following.onOpen();
    heard();
  };
  // While it is connecting it resumes by itself; the watch ends that if it takes too long.
  source.onerror = () => {
    if (source.readyState === Source.CLOSED) ended.abort(new Error('events: refused'));
    else watch.expectIn(silence);
  };
  for (const type of types) {
    source.addEventListener(type, (event) => {
      following.onMessage({type, data: event.data, id: event.lastEventId});
      heard();
    });
  }
  watch.expectIn(silence);
  await watch.end();
  source.close();
  return ended.signal.reason;
}

/**
 * @param {Following} following
 * @returns {Promise<unknown>} why it ended
 */
async function followByFetch(following) {
  const ended = new AbortController();
  const watch = new Watch(following, ended);
  watch.expectIn(silence);
  const watched = watch.end();
  try {
    const response = await following.environment.fetch(at(following), {
      headers: {Accept: 'text/event-stream', ...following.headers},
      cache: 'no-store',
      signal: ended.signal,
    });
    if (!response.ok || !response.body) throw refused('events', response, following.wall());
    following.onOpen();
    await read(response.body, following, () => watch.expectIn(silence));
    throw new Error('events: the stream ended');
  } finally {
    ended.abort(new Error('events: ended'));
    await watched;
  }
}

/**
 * @param {ReadableStream<Uint8Array>} body
 * @param {Following} following
 * @param {() => void} onBytes
 */
async function read(body, following, onBytes) {
  const parser = new EventStreamParser();
  const decoder = new TextDecoder();
  const reader = body.getReader();
  for (;;) {
    const {done, value} = await reader.read();
    if (done) return;
    onBytes();
    for (const message of parser.push(decoder.decode(value, {stream: true}))) following.onMessage(message);
  }
}

/** Ends a stream from which nothing was heard in time. */
class Watch {
  #due = 0;

  /**
   * @param {Following} following
   * @param {AbortController} ended
   */
  constructor(following, ended) {
    this.following = following;
    this.ended = ended;
  }

  /** @param {number} ms */
  expectIn(ms) {
    this.#due = this.following.environment.monotonic() + ms;
  }

  /** @returns {Promise<void>} once the stream has ended, or is to end */
  async end() {
    const {environment, signal} = this.following;
    const stop = () => this.ended.abort(new Error('events: stopped'));
    signal.addEventListener('abort', stop);
    if (signal.aborted) stop();
    while (!this.ended.signal.aborted) {
      const left = this.#due - environment.monotonic();
      if (left <= 0) this.ended.abort(new Error('events: nothing heard'));
      else await pause(environment, left, this.ended.signal);
    }
    signal.removeEventListener('abort', stop);
  }
}

/** @param {Following} following */
function at({url, after}) {
  return `${url}${url.includes('?') ? '&' : '?'}after=${after}`;
}
