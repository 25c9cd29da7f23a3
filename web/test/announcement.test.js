import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import test from 'node:test';
import {readAnnouncement, readPeriod, readWithdrawal} from '../announcement.js';
import {wanted} from '../wanted.js';

// The document that the server's own tests hold it to.
const golden = JSON.parse(readFileSync(new URL('../../scheduler/announce/testdata/document.json', import.meta.url)));
const announcement = readAnnouncement(golden);
const [key] = golden.current.keys;
const psshOf = (name) => key.systems.find((system) => system.name === name).pssh;

test('a document of the server is read whole', () => {
  assert.equal(announcement.channel, golden.channel);
  assert.equal(announcement.sequence, golden.sequence);
  assert.equal(announcement.issuedAt, Date.parse(golden.issuedAt));
  assert.equal(announcement.refreshAt, Date.parse(golden.refreshAt));
  assert.equal(announcement.current.start, Date.parse(golden.current.start));
  assert.equal(announcement.current.fetchWindow.end, Date.parse(golden.current.fetchWindow.end));
  assert.equal(announcement.coming.length, golden.coming.length);
  assert.ok(announcement.coming.length > 0);
});

for (const [keySystem, name] of [
  ['com.widevine.alpha', 'Widevine'],
  ['com.widevine.alpha.experiment', 'Widevine'],
  ['com.microsoft.playready', 'PlayReady'],
  ['com.microsoft.playready.recommendation.3000', 'PlayReady'],
  ['com.chromecast.playready', 'PlayReady'],
  ['org.w3.clearkey', 'W3C Common PSSH'],
]) {
  test(`${keySystem} takes the announced box of ${name}, byte for byte`, () => {
    const [one] = wanted(announcement.current, {keySystem, tracks: [key.track], scheme: key.scheme});
    assert.equal(one.initDataType, 'cenc');
    assert.equal(Buffer.from(one.initData).toString('base64'), psshOf(name));
    assert.deepEqual(one.kids, [key.kid]);
  });
}

test('only the tracks and the scheme that were chosen are wanted', () => {
  const keySystem = 'com.widevine.alpha';
  const kids = (choice) => wanted(announcement.current, {keySystem, ...choice}).flatMap((one) => one.kids).sort();
  const chosen = (test) => golden.current.keys.filter(test).map(({kid}) => kid).sort();
  assert.deepEqual(kids({}), chosen(() => true));
  assert.deepEqual(kids({tracks: [key.track]}), chosen(({track}) => track === key.track));
  assert.deepEqual(kids({scheme: 'cenc'}), chosen(({scheme}) => scheme === 'cenc'));
  assert.deepEqual(kids({tracks: []}), []);
});

test('tracks that share init data need one licence', () => {
  const period = readPeriod(golden.current);
  period.keys = [period.keys[0], {...period.keys[0], track: 'AUDIO'}];
  const other = '00000000-0000-4000-8000-0000000000ff';
  period.keys.push({...period.keys[0], track: 'UHD', kid: other});
  assert.deepEqual(wanted(period, {keySystem: 'com.widevine.alpha'}).map(({kids}) => kids), [[key.kid, other]]);
});

test('Clear Key without a box asks by KID', () => {
  const period = {keys: [{track: 'VIDEO', scheme: 'cenc', kid: '00000000-0000-4000-8000-0000000000ff', systems: []}]};
  const [one] = wanted(period, {keySystem: 'org.w3.clearkey'});
  assert.equal(one.initDataType, 'keyids');
  assert.equal(Buffer.from(one.initData).toString(), '{"kids":["AAAAAAAAQACAAAAAAAAA_w"]}');
  assert.deepEqual(wanted(period, {keySystem: 'com.widevine.alpha'}), []);
});

test('AES-128 wants the file that the playlist line names', () => {
  const media = '#EXT-X-KEY:METHOD=AES-128,URI="https://keys.example.com/license/aes128/news/1",KEYFORMAT="identity",KEYFORMATVERSIONS="1"';
  for (const systemId of ['81376844-f976-481e-a84e-cc25d39b0b33', '3ea8778f-7742-4bf9-b18b-e834b2acbd47']) {
    const period = {keys: [{track: 'ALL', scheme: 'cbc1', kid: 'k', systems: [{systemId, hls: {media, master: ''}}]}]};
    assert.equal(wanted(period, {keySystem: 'aes-128'})[0].uri, 'https://keys.example.com/license/aes128/news/1');
  }
});

test('init data that is not base64 is none', () => {
  const period = {keys: [{...key, systems: [{systemId: 'edef8ba9-79d6-4ace-a3c8-27dcd51d21ed', pssh: '%%%'}]}]};
  assert.deepEqual(wanted(period, {keySystem: 'com.widevine.alpha'}), []);
});

for (const [json, want] of [
  [undefined, []], [null, []], [7, []], ['a', []], [{kid: 7}, []],
  [{kid: 'A', from: '1970-01-01T00:00:01.5Z'}, [{kid: 'a', from: 1_500}]], [{kid: 'A'}, [{kid: 'a', from: 0}]],
]) {
  test(`${JSON.stringify(json)} withdraws ${JSON.stringify(want)}`, () => assert.deepEqual(readWithdrawal(json), want));
}

test('what is missing is taken for empty, and what is no announcement is refused', () => {
  assert.deepEqual(readAnnouncement({channel: 'news'}), {
    channel: 'news', sequence: 0, issuedAt: NaN, refreshAt: NaN, current: null, coming: [], revoked: [],
  });
  for (const none of [null, [], 'x', {}, {title: 'Not Found', status: 404}]) {
    assert.throws(() => readAnnouncement(none), TypeError);
  }
  assert.deepEqual(readAnnouncement({channel: 'news', coming: [{}, 7, golden.current]}).coming.length, 1);
});
