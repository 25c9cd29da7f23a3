import assert from 'node:assert/strict';
import test from 'node:test';
import {Preloader} from '../index.js';
import {announced, announcedPeriod, hexKID, kid} from './support/announced.js';
import {FakeMediaKeys, licenceFor} from './support/cdm.js';
import {Server} from './support/server.js';
import {eventually, realTime, seeded} from './support/time.js';

const grant = ({body}) => ({text: licenceFor(body)});

/** A preloader of a server's channel; both are the test's to drive. */
async function stage(t, config = {}) {
  const server = await Server.start(t);
  server.licence = grant;
  const reports = [];
  const mediaKeys = new FakeMediaKeys();
  const tokens = [];
  const preloader = new Preloader({
    feed: server.location,
    keySystem: 'org.w3.clearkey',
    licenceUrl: `${server.url}/licence`,
    getToken: (wish) => { tokens.push(wish); return `token-${tokens.length}`; },
    onReport: (report) => reports.push(report),
    environment: realTime({random: seeded(6)}),
    ...config,
  });
  t.after(() => preloader.stop());
  const licences = (outcome) => reports.filter((report) => report.type === 'licence' && (!outcome || report.outcome === outcome));
  return {server, preloader, mediaKeys, reports, tokens, licences};
}

/** A period that begins in so many ms and is 60 s long. */
const coming = (inMs, rest) => {
  const now = Date.now();
  return announcedPeriod({start: now + inMs, end: now + inMs + 60_000, window: [now + inMs / 4, now + inMs * 3 / 4], ...rest});
};

test('the current licence is fetched at once, a coming one in its window, with a token that names it', async (t) => {
  const {server, preloader, mediaKeys, tokens, licences} = await stage(t);
  server.document = () => announced({now: Date.now(), current: coming(-5_000, {n: 1}), coming: [coming(800, {n: 2})]});
  preloader.attach(mediaKeys);
  preloader.start();
  await eventually('both licences', () => licences('usable').length === 2);
  assert.deepEqual(mediaKeys.usable, [hexKID(1), hexKID(2)]);
  assert.deepEqual(tokens.map(({kids}) => kids), [[kid(1)], [kid(2)]]);
  assert.equal(tokens[0].channel, 'news');
  assert.deepEqual(server.asked('/licence').map(({headers}) => headers.authorization), ['Bearer token-1', 'Bearer token-2']);
  const [now, next] = licences();
  // The server's clock is known to a second.
  assert.ok(now.beforeStart < -3_900 && now.beforeStart > -6_500, `${now.beforeStart}`);
  assert.ok(next.askedAt >= next.drawnFor && next.beforeStart >= 100 && next.beforeStart <= 600, `${next.beforeStart}`);
  assert.deepEqual([next.attempts, next.status, next.error], [1, 200, '']);
});

test('what is announced by an event is fetched too, and once however often it is announced', async (t) => {
  const {server, preloader, mediaKeys, licences} = await stage(t, {tokenHeader: 'X-AxDRM-Message'});
  server.document = () => announced({now: Date.now()});
  preloader.attach(mediaKeys);
  preloader.start();
  await eventually('a stream', () => server.streams.size === 1);
  const period = coming(100, {tracks: [['VIDEO', 1], ['AUDIO', 2]]});
  for (const id of [2, 3]) server.say('announced', period, id);
  await eventually('both licences', () => licences('usable').length === 2);
  server.say('announced', {...period, keys: [...period.keys, coming(100, {n: 3}).keys[0]]}, 4);
  await eventually('the added one', () => licences('usable').length === 3);
  assert.equal(server.asked('/licence').length, 3);
  assert.deepEqual(server.asked('/licence').map(({headers}) => headers['x-axdrm-message']), ['token-1', 'token-1', 'token-2']);
});

test('a licence that holds all tracks is the only one that is asked for', async (t) => {
  const {server, preloader, mediaKeys, licences} = await stage(t);
  const both = [1, 2].map((n) => ({kid: Buffer.from(hexKID(n), 'hex').toString('base64url')}));
  server.licence = () => ({text: JSON.stringify({keys: both})});
  server.document = () => announced({now: Date.now(), current: coming(-5_000, {tracks: [['VIDEO', 1], ['AUDIO', 2]]})});
  preloader.attach(mediaKeys);
  preloader.start();
  await eventually('reports of both', () => licences().length === 2);
  assert.deepEqual(licences().map(({outcome}) => outcome), ['usable', 'spared']);
  assert.equal(server.asked('/licence').length, 1);
});

test('an overloaded service is asked again when it says, in seconds or as a date', async (t) => {
  for (const after of [() => '1', () => new Date(Date.now() + 2_000).toUTCString()]) {
    const {server, preloader, mediaKeys, licences} = await stage(t);
    let said = 0;
    server.licence = (request) => {
      if (said) return grant(request);
      said = Date.now();
      return {status: 429, headers: {'Retry-After': after()}};
    };
    server.document = () => announced({now: Date.now(), current: coming(-5_000)});
    preloader.attach(mediaKeys);
    preloader.start();
    await eventually('the licence', () => licences('usable').length === 1);
    const [first, second] = server.asked('/licence');
    assert.ok(second.at - first.at >= 980, `${second.at - first.at} ms`);
    assert.deepEqual([first.body, licences()[0].attempts], [second.body, 2]);
    preloader.stop();
  }
});

test('a token that is refused is asked for anew', async (t) => {
  const {server, preloader, mediaKeys, licences, tokens} = await stage(t);
  server.licence = (request) => (request.headers.authorization === 'Bearer token-1' ? {status: 403} : grant(request));
  server.document = () => announced({now: Date.now(), current: coming(-5_000)});
  preloader.attach(mediaKeys);
  preloader.start();
  await eventually('the licence', () => licences('usable').length === 1);
  assert.equal(tokens.length, 2);
});

test('whatever the app\'s callbacks do, it goes on, and what went wrong is reported', async (t) => {
  let calls = 0;
  const heard = [];
  const {server, preloader, mediaKeys} = await stage(t, {
    getToken: () => { if (++calls === 1) throw new Error('no network'); return 'token'; },
    onReport: (report) => { heard.push(report); throw new Error('app'); },
    environment: realTime({random: () => 0.02, setTimeout: (run, ms) => setTimeout(() => { try { run(); } catch { /* the app's own */ } }, ms)}),
  });
  server.document = () => announced({now: Date.now(), current: coming(-5_000)});
  preloader.attach(mediaKeys);
  preloader.start();
  await eventually('the licence', () => heard.some(({outcome}) => outcome === 'usable'));
  assert.equal(calls, 2);
});

test('a refusal that is final is reported with its status, and never with the token', async (t) => {
  const {server, preloader, mediaKeys, reports, licences} = await stage(t);
  server.licence = () => ({status: 422});
  server.document = () => announced({now: Date.now(), current: coming(-5_000)});
  preloader.attach(mediaKeys);
  preloader.start();
  await eventually('the failure', () => licences('failed').length === 1);
  assert.deepEqual([licences()[0].status, licences()[0].attempts], [422, 1]);
  assert.doesNotMatch(JSON.stringify(reports), /token-/);
});

test('revoked KIDs are not asked for ahead, nor once they are withdrawn, and reported once', async (t) => {
  const {server, preloader, mediaKeys, reports, licences} = await stage(t);
  const later = {kid: kid(2), from: '2100-01-01T00:00:00Z'};
  server.document = () => announced({now: Date.now(), current: coming(-5_000, {n: 1}), revoked: [{kid: kid(1), from: '2026-01-01T00:00:00Z'}]});
  preloader.attach(mediaKeys);
  preloader.start();
  await eventually('a stream', () => server.streams.size === 1);
  const period = coming(1_200, {n: 2});
  server.say('announced', period, 2);
  server.say('revoked', later, 3);
  server.say('revoked', later, 4);
  await eventually('both reports', () => licences('spared').length === 2);
  assert.equal(server.asked('/licence').length, 0);
  assert.deepEqual(reports.filter(({type}) => type === 'revoked'), [
    {type: 'revoked', kid: kid(1), from: Date.parse('2026-01-01T00:00:00Z')}, {type: 'revoked', kid: kid(2), from: Date.parse(later.from)},
  ]);
});

test('a revoked KID that is still on air is asked for by who joins', async (t) => {
  const {server, preloader, mediaKeys, licences} = await stage(t);
  const revoked = [{kid: kid(1), from: '2100-01-01T00:00:00Z'}];
  server.document = () => announced({now: Date.now(), current: coming(-5_000, {n: 1}), revoked});
  preloader.attach(mediaKeys);
  preloader.start();
  await eventually('the licence', () => licences('usable').length === 1);
});

test('after a reset, what is no longer announced is not fetched', async (t) => {
  const {server, preloader, mediaKeys, licences} = await stage(t);
  server.document = () => announced({now: Date.now(), coming: [coming(1_000, {n: 1})]});
  preloader.attach(mediaKeys);
  preloader.start();
  await eventually('a stream', () => server.streams.size === 1);
  const instead = coming(1_000, {n: 2});
  server.document = () => announced({now: Date.now(), coming: [instead]});
  server.say('reset', {});
  await eventually('the licence', () => licences('usable').length === 1);
  await new Promise((resolve) => setTimeout(resolve, 600));
  assert.deepEqual(licences().map(({kids}) => kids), [[kid(2)]]);
});

test('licences are closed once their period and the grace are over, and all when it stops', async (t) => {
  const {server, preloader, mediaKeys, licences} = await stage(t, {grace: 300});
  const now = Date.now();
  server.document = () => announced({now: Date.now(), current: announcedPeriod({start: now - 1_000, end: now + 200, window: [0, 1], n: 1})});
  preloader.attach(mediaKeys);
  preloader.start();
  await eventually('the first licence', () => licences('usable').length === 1);
  server.say('announced', coming(10, {n: 2}), 2);
  await eventually('the second licence', () => licences('usable').length === 2);
  assert.equal(mediaKeys.sessions[0].isClosed, undefined);
  await eventually('the end', async () => {
    server.say('announced', coming(50_000, {n: 3}), 3);
    await new Promise((resolve) => setTimeout(resolve, 50));
    return mediaKeys.sessions[0].isClosed;
  });
  assert.ok(Date.now() >= now + 500);
  assert.equal(mediaKeys.sessions[1].isClosed, undefined);
  preloader.stop();
  assert.ok(mediaKeys.sessions[1].isClosed);
});

test('licences wait for the player\'s MediaKeys, and are fetched anew for other ones', async (t) => {
  const {server, preloader, mediaKeys, licences} = await stage(t);
  server.document = () => announced({now: Date.now(), current: coming(-5_000)});
  preloader.start();
  await eventually('a stream', () => server.streams.size === 1);
  assert.equal(server.asked('/licence').length, 0);
  preloader.attach(mediaKeys);
  preloader.attach(mediaKeys);
  await eventually('the licence', () => licences('usable').length === 1);
  const others = new FakeMediaKeys();
  preloader.attach(others);
  await eventually('another licence', () => licences('usable').length === 2);
  assert.deepEqual([mediaKeys.usable, others.usable], [[], [hexKID(1)]]);
});

test('the current period may be left to the player', async (t) => {
  const {server, preloader, mediaKeys, licences} = await stage(t, {current: false});
  server.document = () => announced({now: Date.now(), current: coming(-5_000, {n: 1}), coming: [coming(100, {n: 2})]});
  preloader.attach(mediaKeys);
  preloader.start();
  await eventually('the coming licence', () => licences().length === 1);
  assert.deepEqual(licences()[0].kids, [kid(2)]);
});

test('a device whose clock is a day off asks in the window all the same', async (t) => {
  const day = 86_400_000;
  const {server, preloader, mediaKeys, licences} = await stage(t, {environment: realTime({wall: () => Date.now() - day})});
  server.document = () => announced({now: Date.now(), coming: [coming(800)]});
  preloader.attach(mediaKeys);
  preloader.start();
  await eventually('the licence', () => licences('usable').length === 1);
  assert.ok(licences()[0].beforeStart > 100 && licences()[0].beforeStart <= 650, `${licences()[0].beforeStart}`);
});

test('an app may ask in its own way', async (t) => {
  const asked = [];
  const {server, preloader, mediaKeys, licences} = await stage(t, {
    licenceUrl: undefined,
    ask: async (question) => { asked.push(question); return new Response(licenceFor(question.message)); },
  });
  server.document = () => announced({now: Date.now(), current: coming(-5_000)});
  preloader.attach(mediaKeys);
  preloader.start();
  await eventually('the licence', () => licences('usable').length === 1);
  assert.deepEqual([asked[0].token, asked[0].kids, asked[0].keySystem], ['token-1', [kid(1)], 'org.w3.clearkey']);
});

test('without a way to ask, the report says so', async (t) => {
  const {server, preloader, mediaKeys, licences} = await stage(t, {licenceUrl: undefined});
  server.document = () => announced({now: Date.now(), current: coming(-5_000)});
  preloader.attach(mediaKeys);
  preloader.start();
  await eventually('the failure', () => licences('failed').length === 1);
  assert.match(licences()[0].error, /neither licenceUrl nor ask/);
});

test('a key system that cannot be preloaded is refused', () => {
  assert.throws(() => new Preloader({keySystem: 'com.apple.fps'}), /com\.apple\.fps cannot be preloaded/);
});
