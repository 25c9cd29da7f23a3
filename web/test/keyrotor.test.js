// The module against keyrotor itself: a demonstration channel that rotates every two seconds.

import assert from 'node:assert/strict';
import {execFileSync, spawn} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import test from 'node:test';
import {fileURLToPath} from 'node:url';
import {Preloader, channelFeed} from '../index.js';
import {FakeMediaKeys} from './support/cdm.js';
import {TestEventSource} from './support/event-source.js';
import {eventually, realTime} from './support/time.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Replaces what must be there. */
function replaced(text, changes) {
  for (const [from, to] of changes) {
    assert.ok(text.includes(from), `configs/demo.yaml has no "${from}"`);
    text = text.replace(from, to);
  }
  return text;
}

/** The demonstration, on a free port and with short periods. */
async function serve(t) {
  const folder = mkdtempSync(join(tmpdir(), 'keyrotor-web-'));
  t.after(() => rmSync(folder, {recursive: true, force: true}));
  execFileSync('go', ['build', '-o', join(folder, 'keyrotor'), './cmd/keyrotor'], {cwd: root, stdio: 'inherit'});
  const demo = replaced(readFileSync(join(root, 'configs/demo.yaml'), 'utf8'), [
    ['127.0.0.1:8080', '127.0.0.1:0'], ['./data', join(folder, 'data')], ['every: 30s', 'every: 2s'], ['lead: 15s', 'lead: 1600ms'],
  ]);
  writeFileSync(join(folder, 'demo.yaml'), `${demo}\nlicense: {clearkey: true}\n`);
  const server = spawn(join(folder, 'keyrotor'), ['serve', '--config', join(folder, 'demo.yaml')], {cwd: folder});
  let logs = '';
  server.stderr.on('data', (data) => { logs += data; });
  t.after(() => new Promise((resolve) => { server.on('exit', resolve); server.kill(); }));
  const address = () => /msg=listening addr=(\S+)/.exec(logs)?.[1];
  await eventually(`a server that listens:\n${logs}`, address, 30_000);
  return `http://${address()}`;
}

/** Asks the demonstration for a token, as an app's backend does. */
async function token(url, scheme) {
  const response = await fetch(`${url}/v1/channels/demo/token`, {
    method: 'POST', headers: {Authorization: `Basic ${btoa('issuer:issuer-demo')}`}, body: JSON.stringify({scheme}),
  });
  assert.equal(response.status, 200);
  return response.json();
}

for (const [way, EventSource] of [['EventSource', TestEventSource], ['fetch', undefined]]) {
  test(`by ${way}, two rotations are preloaded in their windows, with tokens and licences that name their keys`, {timeout: 180_000}, async (t) => {
    const url = await serve(t);
    const mediaKeys = new FakeMediaKeys();
    const reports = [];
    const issued = new Map();
    const preloader = new Preloader({
      feed: channelFeed(url, 'demo'),
      keySystem: 'org.w3.clearkey',
      scheme: 'cenc',
      getToken: async ({channel, kids}) => {
        const answer = await token(url, 'cenc');
        issued.set(kids.join(), answer.kids);
        assert.equal(channel, 'demo');
        return answer.token;
      },
      licenceUrl: `${url}/license/clearkey?channel=demo`,
      tokenHeader: 'X-AxDRM-Message',
      onReport: (report) => reports.push(report),
      environment: realTime({EventSource}),
    });
    t.after(() => preloader.stop());
    preloader.attach(mediaKeys);
    preloader.start();
    const ahead = () => reports.filter(({type, beforeStart}) => type === 'licence' && beforeStart > 0);
    const periods = () => [...new Set(ahead().map(({period}) => period.start))];
    await eventually('two rotations', () => periods().length >= 3, 30_000);

    // A lead of 1.6 s leaves a quarter of itself between the window and the boundary.
    for (const {outcome, error, beforeStart, kids} of ahead()) {
      assert.deepEqual([outcome, error], ['usable', '']);
      assert.ok(beforeStart <= 1_600 && beforeStart > 0, `${beforeStart} ms before the boundary`);
      assert.ok([...issued].some(([wanted, named]) => wanted.includes(kids[0]) && named.includes(kids[0])), 'its token names it');
    }
    assert.deepEqual(ahead().slice(0, 4).map(({kids}) => kids.length), [1, 1, 1, 1]);
    assert.ok(periods().every((start) => start % 2_000 === 0), 'boundaries are those of the policy');
    assert.deepEqual(reports.filter(({type}) => type === 'feed').map(({state}) => state), ['streaming']);

    await eventually('the keys on air', async () => {
      const {current} = await (await fetch(channelFeed(url, 'demo').announcement)).json();
      const onAir = current.keys.filter(({scheme}) => scheme === 'cenc').map(({kid}) => kid.replaceAll('-', ''));
      return onAir.length === 2 && onAir.every((kid) => mediaKeys.usable.includes(kid));
    });
  });
}
