import assert from 'node:assert/strict';
import test from 'node:test';
import {adopt} from '../adoption.js';
import {Delivery, Tokens} from '../delivery.js';
import {fromBase64} from '../init-data.js';
import {ServerClock} from '../server-clock.js';
import {Sessions} from '../sessions.js';
import {readPeriod} from '../announcement.js';
import {wanted} from '../wanted.js';
import {announcedPeriod, hexKID, kid} from './support/announced.js';
import {FakeMediaKeys, commonBox, licenceFor} from './support/cdm.js';
import {ManualTime, settle} from './support/time.js';

/** Sessions over a CDM, with a licence service whose answers a test gives one by one. */
function stage() {
  const time = new ManualTime();
  const questions = [];
  let tokens = 0;
  const config = {
    keySystem: 'org.w3.clearkey',
    getToken: () => `token-${++tokens}`,
    ask: (question) => new Promise((resolve, reject) => {
      questions.push({
        ...question,
        grant: (allowed) => resolve(new Response(licenceFor(question.message, allowed))),
        answer: (status, headers) => resolve(new Response('', {status, headers})),
      });
      question.signal.addEventListener('abort', () => reject(question.signal.reason));
    }),
  };
  const mediaKeys = new FakeMediaKeys();
  const sessions = new Sessions(mediaKeys, new Delivery(config, new ServerClock(time.environment), time.environment));
  const stop = new AbortController();
  const order = () => ({tokens: new Tokens(config.getToken), course: {attempts: 0, status: 0}, deadline: Infinity, signal: stop.signal});
  const fetch = (one) => {
    const state = {};
    sessions.fetch(one, order()).then(() => { state.outcome = 'usable'; }, (error) => { state.outcome = error.message; });
    return state;
  };
  return {time, questions, mediaKeys, sessions, stop, fetch};
}

const need = (n) => {
  const period = announcedPeriod({start: 0, end: 1, window: [0, 1], n});
  return wanted(readPeriod(period), {keySystem: 'org.w3.clearkey'})[0];
};
const box = (n) => fromBase64(commonBox(kid(n)));

/** What a player does: creates a session, listens, gives init data, sends messages. */
async function play(mediaKeys, initData, initDataType = 'cenc', type) {
  const session = mediaKeys.createSession(type);
  const seen = {messages: 0, statuses: 0, session};
  session.addEventListener('message', () => seen.messages++);
  session.addEventListener('keystatuseschange', (event) => {
    assert.equal(event.target, session);
    seen.statuses++;
  });
  seen.generated = session.generateRequest(initDataType, initData);
  await settle();
  return seen;
}

test('a licence opens a session with the announced bytes, and its key becomes usable', async () => {
  const {questions, mediaKeys, sessions, fetch} = stage();
  const one = need(1);
  const state = fetch(one);
  await settle();
  assert.equal(mediaKeys.sessions[0].initData, Buffer.from(box(1)).toString('hex'));
  assert.equal(sessions.has(one), false);
  questions[0].grant();
  await settle();
  assert.deepEqual([state.outcome, mediaKeys.usable, sessions.has(one)], ['usable', [hexKID(1)], true]);
});

test('a licence without the key that was asked for has failed, and its session is closed', async () => {
  const {questions, mediaKeys, fetch} = stage();
  const state = fetch(need(1));
  await settle();
  questions[0].grant(() => false);
  await settle();
  assert.match(state.outcome, /no usable key 00000000-0000-4000-8000-000000000001: missing/);
  assert.ok(mediaKeys.sessions[0].isClosed);
});

test('a key that the CDM still thinks about is waited for', async () => {
  for (const [verdict, want] of [['usable', /^usable$/], ['output-restricted', /: output-restricted/]]) {
    const {questions, mediaKeys, fetch} = stage();
    const state = fetch(need(1));
    await settle();
    mediaKeys.sessions[0].statuses.set(hexKID(1), 'status-pending');
    questions[0].grant(() => false);
    await settle();
    assert.equal(state.outcome, undefined);
    mediaKeys.sessions[0].judge(hexKID(1), verdict);
    await settle();
    assert.match(state.outcome, want);
  }
});

test('a CDM with little-endian KIDs has the key too', async () => {
  const {questions, mediaKeys, fetch} = stage();
  const one = {...need(1), kids: ['33221100-5544-7766-8899-aabbccddeeff']};
  const state = fetch(one);
  await settle();
  mediaKeys.sessions[0].statuses.set('00112233445566778899aabbccddeeff', 'usable');
  questions[0].grant();
  await settle();
  assert.equal(state.outcome, 'usable');
});

test('a CDM that makes no request is given up', async () => {
  const {time, mediaKeys, fetch} = stage();
  mediaKeys.mute = true;
  const state = fetch(need(1));
  await time.advance(9_999);
  assert.equal(state.outcome, undefined);
  await time.advance(1);
  assert.match(state.outcome, /the CDM made no request/);
});

test('a player finds the licence by the same bytes: it has the key, and no message to send', async () => {
  const {time, questions, mediaKeys, sessions, fetch} = stage();
  fetch(need(1));
  await settle();
  questions[0].grant();
  await settle();
  adopt(sessions);
  const player = await play(mediaKeys, box(1));
  await time.advance(0);
  assert.deepEqual([player.messages, player.statuses, questions.length], [0, 1, 1]);
  assert.deepEqual([...player.session.keyStatuses.values()], ['usable']);
  assert.equal(player.session.sessionId, mediaKeys.sessions[0].sessionId);
});

test('a player finds it among boxes of other systems, and not beside another of the same system', async () => {
  const other = Buffer.from(box(1));
  other[12] ^= 0xff;
  for (const [initData, found] of [
    [Buffer.concat([other, box(1)]), true],
    [Buffer.concat([box(1), box(1)]), true],
    [Buffer.concat([box(1), box(2)]), false],
    [box(2), false],
    [Buffer.from('not a box at all'), false],
  ]) {
    const {questions, mediaKeys, sessions, fetch} = stage();
    fetch(need(1));
    await settle();
    questions[0].grant();
    await settle();
    assert.equal((await sessions.claim('cenc', initData)) === mediaKeys.sessions[0], found);
  }
});

test('what the player takes over it renews and closes itself', async () => {
  const {questions, mediaKeys, sessions, fetch} = stage();
  const one = need(1);
  sessions.keep(one, 1_000);
  fetch(one);
  await settle();
  questions[0].grant();
  await settle();
  adopt(sessions);
  const player = await play(mediaKeys, box(1));
  mediaKeys.sessions[0].say('license-renewal');
  await settle();
  assert.deepEqual([player.messages, questions.length], [1, 1]);
  sessions.closeOver(1_000);
  assert.equal(mediaKeys.sessions[0].isClosed, undefined);
  await player.session.close();
  assert.equal(await player.session.closed, 'closed-by-application');
  assert.ok(mediaKeys.sessions[0].isClosed);
});

test('a player that comes while the request is on its way waits for it', async () => {
  const {time, questions, mediaKeys, sessions, fetch} = stage();
  fetch(need(1));
  await settle();
  adopt(sessions);
  const player = await play(mediaKeys, box(1));
  questions[0].grant();
  await time.advance(0);
  assert.deepEqual([player.messages, player.statuses, questions.length], [0, 1, 1]);
});

test('a player that comes while a request is to be tried again asks itself', async () => {
  for (const early of [true, false]) {
    const {time, questions, mediaKeys, sessions, fetch} = stage();
    const state = fetch(need(1));
    await settle();
    adopt(sessions);
    let player = early && await play(mediaKeys, box(1));
    questions[0].answer(503, {'Retry-After': '3600'});
    await settle();
    player ||= await play(mediaKeys, box(1));
    await time.advance(4_000_000);
    assert.match(state.outcome, /503/);
    assert.deepEqual([player.messages, questions.length], [1, 1]);
    assert.equal(player.session.sessionId, mediaKeys.sessions[1].sessionId);
  }
});

test('what the player has asked for itself is not asked for again', async () => {
  const {mediaKeys, sessions} = stage();
  adopt(sessions);
  const player = await play(mediaKeys, box(1));
  assert.deepEqual([player.messages, sessions.has(need(1)), sessions.has(need(2))], [1, true, false]);
});

test('sessions for licences that are stored stay the browser\'s own, and so do all once it is undone', () => {
  const {mediaKeys, sessions} = stage();
  const undo = adopt(sessions);
  assert.equal(mediaKeys.createSession('persistent-license'), mediaKeys.sessions[0]);
  assert.equal(mediaKeys.createSession('temporary') === mediaKeys.sessions[0], false);
  undo();
  assert.equal(mediaKeys.createSession(), mediaKeys.sessions[1]);
});

test('a licence is kept until the last of its periods is over', async () => {
  const {questions, mediaKeys, sessions, fetch} = stage();
  const one = need(1);
  sessions.keep(one, 2_000);
  sessions.keep(one, 1_000);
  fetch(one);
  await settle();
  questions[0].grant();
  await settle();
  sessions.closeOver(1_999);
  assert.equal(mediaKeys.sessions[0].isClosed, undefined);
  sessions.closeOver(2_000);
  assert.ok(mediaKeys.sessions[0].isClosed);
});

test('a renewal is asked for with a fresh token', async () => {
  const {questions, mediaKeys, fetch} = stage();
  fetch(need(1));
  await settle();
  questions[0].grant();
  await settle();
  mediaKeys.sessions[0].say('license-renewal');
  await settle();
  assert.deepEqual(questions.map(({token}) => token), ['token-1', 'token-2']);
});

test('a request that must not go on is ended at once', async () => {
  const {questions, mediaKeys, stop, fetch} = stage();
  const state = fetch(need(1));
  await settle();
  stop.abort(new Error('stopped'));
  await settle();
  assert.ok(questions[0].signal.aborted && mediaKeys.sessions[0].isClosed);
  assert.match(state.outcome, /stopped/);
});
