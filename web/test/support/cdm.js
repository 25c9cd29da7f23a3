// A CDM of Clear Key, as far as scripts see one: init data go in, a request comes out, and a
// licence makes the keys usable that it holds.

import {boxes, bytesOf, hex} from '../../init-data.js';

export class FakeMediaKeys {
  sessions = [];
  mute = false;

  createSession() {
    const session = new FakeSession(this);
    this.sessions.push(session);
    return session;
  }

  /** The KIDs, in hex, that media could be decrypted with. */
  get usable() {
    return this.sessions.flatMap((session) => [...session.statuses].filter(([, status]) => status === 'usable').map(([kid]) => kid));
  }
}

class FakeSession extends EventTarget {
  constructor(mediaKeys) {
    super();
    this.mediaKeys = mediaKeys;
  }

  sessionId = '';
  expiration = NaN;
  statuses = new Map();
  initData = null;
  #close;
  closed = new Promise((resolve) => { this.#close = resolve; });

  get keyStatuses() {
    return new Map([...this.statuses].map(([kid, status]) => [Buffer.from(kid, 'hex'), status]));
  }

  async generateRequest(initDataType, initData) {
    if (this.sessionId) throw new Error('InvalidStateError');
    this.sessionId = `session-${Math.random()}`;
    this.initData = hex(bytesOf(initData));
    this.kids = initDataType === 'keyids'
      ? JSON.parse(Buffer.from(initData)).kids.map((kid) => Buffer.from(kid, 'base64url').toString('hex'))
      : boxes(bytesOf(initData)).flatMap(kidsOfCommonBox);
    if (this.kids.length === 0) throw new TypeError('init data without KIDs');
    if (!this.mediaKeys.mute) queueMicrotask(() => this.say('license-request'));
  }

  say(messageType) {
    const kids = this.kids.map((kid) => Buffer.from(kid, 'hex').toString('base64url'));
    const message = new TextEncoder().encode(JSON.stringify({kids, type: 'temporary'})).buffer;
    this.dispatchEvent(Object.assign(new Event('message'), {messageType, message}));
  }

  async update(licence) {
    const {keys} = JSON.parse(Buffer.from(licence));
    for (const {kid} of keys) this.statuses.set(Buffer.from(kid, 'base64url').toString('hex'), 'usable');
    this.dispatchEvent(new Event('keystatuseschange'));
  }

  judge(kid, status) {
    this.statuses.set(kid, status);
    this.dispatchEvent(new Event('keystatuseschange'));
  }

  async close() {
    this.statuses.clear();
    this.isClosed = true;
    this.#close('closed-by-application');
  }

  async remove() { return this.close(); }
  async load() { return false; }
}

function kidsOfCommonBox(box) {
  if (box[8] !== 1 || hex(box.subarray(12, 28)) !== '1077efecc0b24d02ace33c1e52e2fb4b') return [];
  const count = new DataView(box.buffer, box.byteOffset).getUint32(28);
  return Array.from({length: count}, (_, i) => hex(box.subarray(32 + 16 * i, 48 + 16 * i)));
}

/** The W3C's common box of one KID, in base64. */
export function commonBox(kid) {
  const head = Buffer.from('00000034707373680100000010 77efecc0b24d02ace33c1e52e2fb4b00000001'.replace(' ', ''), 'hex');
  return Buffer.concat([head, Buffer.from(kid.replaceAll('-', ''), 'hex'), Buffer.alloc(4)]).toString('base64');
}

/** The licence for a request's KIDs, or for those of them that are allowed. Its keys are empty. */
export function licenceFor(message, allowed = () => true) {
  const keys = JSON.parse(Buffer.from(message)).kids.filter(allowed).map((kid) => ({kty: 'oct', kid, k: ''}));
  return JSON.stringify({keys});
}
