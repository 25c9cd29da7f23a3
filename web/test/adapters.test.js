import assert from 'node:assert/strict';
import test from 'node:test';
import {preloadForHls} from '../adapters/hls.js';
import {preloadForShaka} from '../adapters/shaka.js';
import {fromBase64} from '../init-data.js';
import {Preloader} from '../index.js';
import {announced, announcedPeriod, hexKID, kid} from './support/announced.js';
import {FakeMediaKeys, commonBox, licenceFor} from './support/cdm.js';
import {Server} from './support/server.js';
import {eventually, realTime, settle} from './support/time.js';

const coming = (n) => {
  const now = Date.now();
  return announcedPeriod({start: now + 60_000, end: now + 120_000, window: [now - 2, now - 1], n});
};

async function stage(t, rest = {}) {
  const server = await Server.start(t);
  server.licence = ({body}) => ({text: licenceFor(body)});
  server.document = () => announced({now: Date.now(), coming: [coming(1)], ...rest});
  const reports = [];
  const config = {
    feed: server.location, keySystem: 'org.w3.clearkey', licenceUrl: `${server.url}/licence`, getToken: () => 'token',
    environment: realTime({random: () => 0.02}), onReport: (report) => reports.push(report),
  };
  const usable = (n) => eventually('licences', () => reports.filter(({outcome}) => outcome === 'usable').length === n);
  return {server, config, reports, usable};
}

/** Asks for a licence as a player does, and says whether it had to send a message. */
async function asks(mediaKeys, n) {
  const session = mediaKeys.createSession();
  let messages = 0;
  session.addEventListener('message', () => messages++);
  await session.generateRequest('cenc', fromBase64(commonBox(kid(n))));
  await settle();
  return messages > 0;
}

class FakeShaka extends EventTarget {
  media = {mediaKeys: null};
  getMediaElement() { return this.media; }
  keySystem() { return 'org.w3.clearkey'; }
  load(mediaKeys) { this.media.mediaKeys = mediaKeys; this.dispatchEvent(new Event('loaded')); }
  unload() { this.dispatchEvent(new Event('unloading')); this.media.mediaKeys = null; }
}

test('shaka-player finds the licences of coming periods, from each load to its end', async (t) => {
  const {config, usable, server} = await stage(t);
  const player = new FakeShaka();
  const end = preloadForShaka(player, {...config, keySystem: undefined});
  t.after(end);
  for (const loads of [1, 2]) {
    const mediaKeys = new FakeMediaKeys();
    player.load(mediaKeys);
    await usable(loads);
    assert.deepEqual(mediaKeys.usable, [hexKID(1)]);
    assert.deepEqual([await asks(mediaKeys, 1), await asks(mediaKeys, 2)], [false, true]);
    player.unload();
    assert.equal(mediaKeys.createSession(), mediaKeys.sessions.at(-1));
    await eventually('the end of the stream', () => server.streams.size === 0);
  }
});

test('shaka-player that is loaded already is preloaded for, and no longer once it is ended', async (t) => {
  const {config, usable, server} = await stage(t);
  const player = new FakeShaka();
  player.load(new FakeMediaKeys());
  const end = preloadForShaka(player, config);
  await usable(1);
  end();
  await eventually('the end of the stream', () => server.streams.size === 0);
  player.load(new FakeMediaKeys());
  await settle();
  assert.equal(server.asked('/announcement').length, 1);
});

test('a shaka-player that plays clear content is left alone', async (t) => {
  const {config, server} = await stage(t);
  const player = new FakeShaka();
  t.after(preloadForShaka(player, config));
  player.load(null);
  await settle();
  assert.equal(server.requests.length, 0);
});

test('hls.js finds the licences in the MediaKeys that it creates', async (t) => {
  const {config, usable} = await stage(t);
  const preloader = new Preloader(config);
  t.after(() => preloader.stop());
  const mediaKeys = new FakeMediaKeys();
  const others = new FakeMediaKeys();
  const hls = preloadForHls(preloader, {
    debug: true,
    requestMediaKeySystemAccessFunc: async (keySystem) => ({
      keySystem, createMediaKeys: async () => (keySystem === 'org.w3.clearkey' ? mediaKeys : others),
    }),
  });
  preloader.start();
  const create = async (keySystem) => (await hls.requestMediaKeySystemAccessFunc(keySystem, [])).createMediaKeys();
  assert.equal(await create('org.w3.clearkey'), mediaKeys);
  assert.equal(await create('com.widevine.alpha'), others);
  await usable(1);
  assert.deepEqual([others.usable, mediaKeys.usable], [[], [hexKID(1)]]);
  assert.deepEqual([await asks(mediaKeys, 1), await asks(mediaKeys, 2), hls.debug, hls.loader], [false, true, true, undefined]);
});

/** A loader as hls.js has them: what it is asked for, it notes. */
class FakeLoader {
  static loaded = [];
  stats = {};
  load(context) { FakeLoader.loaded.push(context.url); }
  abort() {}
  destroy() {}
}

/** Periods whose keys are files of AES-128. */
function keyFiles(server, numbers) {
  return numbers.map((n) => {
    const media = `#EXT-X-KEY:METHOD=AES-128,URI="${server.url}/license/aes128/news/${n}",KEYFORMAT="identity"`;
    const systems = [{systemId: '3ea8778f-7742-4bf9-b18b-e834b2acbd47', hls: {media, master: ''}}];
    return {...coming(n), start: new Date(Date.now() + n * 60_000).toISOString(), keys: [{track: 'ALL', scheme: 'cbc1', kid: kid(n), systems}]};
  });
}

test('hls.js gets key files that were preloaded, and fetches the others itself', async (t) => {
  const {server, config, usable} = await stage(t);
  const key = Buffer.from('0123456789abcdef');
  server.licence = ({headers, url}) => (headers.authorization === 'Bearer token' && !url.endsWith('/3') ? {text: key} : {status: 404});
  server.document = () => announced({now: Date.now(), coming: keyFiles(server, [1, 2, 3])});
  const preloader = new Preloader({...config, keySystem: 'aes-128'});
  t.after(() => preloader.stop());
  const {loader: Loader} = preloadForHls(preloader, {loader: FakeLoader});
  preloader.start();
  await usable(2);
  const answers = [];
  const load = (n, type = 'key') => {
    const loader = new Loader({});
    loader.load({type, url: `${server.url}/license/aes128/news/${n}`}, {}, {onSuccess: (response) => answers.push(response)});
    return loader;
  };
  load(1);
  load(1);
  load(2).abort();
  load(3);
  load(1, 'manifest');
  await eventually('what hls.js fetches itself', () => FakeLoader.loaded.length === 2);
  assert.deepEqual(answers.map(({data}) => Buffer.from(data).toString()), [key.toString(), key.toString()]);
  assert.notEqual(answers[0].data, answers[1].data);
  assert.deepEqual(FakeLoader.loaded.map((url) => url.slice(-1)).sort(), ['1', '3']);
  assert.equal(server.asked('/license').length, 3);
});

test('a key file that fails while the player waits is the player\'s to fetch', async (t) => {
  const {server, config, reports} = await stage(t);
  server.document = () => announced({now: Date.now(), coming: keyFiles(server, [4])});
  let fail;
  server.licence = () => new Promise((resolve) => { fail = () => resolve({status: 503}); });
  const preloader = new Preloader({...config, keySystem: 'aes-128'});
  t.after(() => preloader.stop());
  const {loader: Loader} = preloadForHls(preloader, {loader: FakeLoader});
  preloader.start();
  await eventually('the request', () => fail);
  new Loader({}).load({type: 'key', url: `${server.url}/license/aes128/news/4`}, {}, {onSuccess: () => assert.fail('there is no key')});
  fail();
  await eventually('the player\'s own', () => FakeLoader.loaded.at(-1)?.endsWith('/4'));
  assert.equal(server.asked('/license').length, 1);
  await eventually('the report', () => reports.some(({outcome, status}) => outcome === 'failed' && status === 503));
});

test('a key file of another length is none', async (t) => {
  const {server, config, reports} = await stage(t);
  server.document = () => announced({now: Date.now(), coming: keyFiles(server, [5])});
  let answer;
  server.licence = () => new Promise((resolve) => { answer = () => resolve({text: 'fifteen bytes..'}); });
  const preloader = new Preloader({...config, keySystem: 'aes-128'});
  t.after(() => preloader.stop());
  preloader.start();
  await eventually('the request', () => answer);
  const waiting = assert.rejects(preloader.keyFile(`${server.url}/license/aes128/news/5`), /a key of 15 bytes/);
  answer();
  await waiting;
  await eventually('the report', () => reports.some(({outcome}) => outcome === 'failed'));
  assert.match(reports.find(({outcome}) => outcome).error, /a key of 15 bytes, want 16/);
  assert.equal(preloader.keyFile(`${server.url}/license/aes128/news/5`), undefined);
});
