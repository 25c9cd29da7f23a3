import assert from 'node:assert/strict';
import test from 'node:test';
import {Backoff, RefusedError, parseRetryAfter, persist, refused} from '../retry.js';
import {ManualTime, seeded} from './support/time.js';

const now = Date.parse('Sun, 06 Nov 1994 08:49:30 GMT');

for (const [text, want] of [
  ['0', 0],
  ['120', 120_000],
  [' 7 ', 7_000],
  ['Sun, 06 Nov 1994 08:49:37 GMT', 7_000],
  ['Sunday, 06-Nov-94 08:49:37 GMT', 7_000],
  ['Sun Nov  6 08:49:37 1994', 7_000],
  ['Sun, 06 Nov 1994 08:49:00 GMT', 0],
  ['', null],
  [null, null],
  ['-1', null],
  ['1.5', null],
  ['soon', null],
  ['Sunday, later', null],
  ['1994-11-06', null],
  ['12345678901', null],
]) {
  test(`Retry-After ${JSON.stringify(text)} is ${want} ms`, () => {
    assert.equal(parseRetryAfter(text, now), want);
  });
}

const refusal = (after) => {
  const headers = {'Retry-After': after, Date: 'Sun, 06 Nov 1994 08:49:32 GMT'};
  return refused('licence', new Response('', {status: 503, headers}), 0);
};

test('a date in Retry-After counts from the Date of who wrote it', () => {
  assert.equal(refusal('Sun, 06 Nov 1994 08:49:37 GMT').retryAfter, 5_000);
});

test('pauses double up to a bound, and are drawn below it', () => {
  const highest = new Backoff(() => 1, 1_000, 5_000);
  assert.deepEqual([1, 2, 3, 4, 5].map(() => highest.next()), [1_000, 2_000, 4_000, 5_000, 5_000]);
  highest.reset();
  assert.equal(highest.next(), 1_000);
  assert.equal(new Backoff(() => 0.25, 1_000, 5_000).next(), 250);
});

test('seconds in Retry-After are obeyed to the letter, a date is spread over a second', () => {
  const random = seeded(3);
  const pauses = (after) => Array.from({length: 1_000}, () => new Backoff(random, 1_000, 2_000).next(refusal(after)));
  assert.deepEqual([...new Set(pauses('30'))], [30_000]);
  const spread = pauses('Sun, 06 Nov 1994 08:50:02 GMT');
  assert.ok(spread.every((ms) => ms >= 30_000 && ms < 31_000));
  assert.ok(Math.max(...spread) - Math.min(...spread) > 900);
});

async function persisted(outcomes, limits = {}) {
  const time = new ManualTime({random: () => 1});
  const began = time.now;
  const asked = [];
  const stop = new AbortController();
  let result;
  persist(async () => {
    asked.push(time.now - began);
    const outcome = outcomes.shift();
    if (outcome instanceof Error) throw outcome;
    return outcome;
  }, {
    attempts: 5, deadline: Infinity, now: () => time.now, backoff: new Backoff(() => 1, 1_000, 30_000),
    environment: time.environment, signal: stop.signal, ...limits, ...(limits.within && {deadline: began + limits.within}),
  }).then((value) => { result = value; }, (error) => { result = error; });
  await time.advance(limits.stopAfter ?? 600_000);
  stop.abort();
  await time.advance(600_000);
  return {asked, result};
}

const busy = () => new RefusedError('licence', 503);

test('it is tried again after pauses that grow, until it succeeds', async () => {
  assert.deepEqual(await persisted([busy(), busy(), busy(), 'licence']), {asked: [0, 1_000, 3_000, 7_000], result: 'licence'});
});

test('a pause longer than the longest timer is kept', async () => {
  const {asked} = await persisted([new RefusedError('licence', 429, 200_000), 'licence']);
  assert.deepEqual(asked, [0, 200_000]);
});

test('it is tried so often and no oftener', async () => {
  const {asked, result} = await persisted(Array.from({length: 9}, busy));
  assert.equal(asked.length, 5);
  assert.equal(result.status, 503);
});

test('no attempt begins at the deadline or later', async () => {
  const {asked} = await persisted(Array.from({length: 9}, busy), {within: 3_000});
  assert.deepEqual(asked, [0, 1_000]);
});

test('once stopped, it waits no longer', async () => {
  const {asked, result} = await persisted([busy(), busy(), busy(), 'licence'], {stopAfter: 1_500});
  assert.deepEqual(asked, [0, 1_000]);
  assert.equal(result.status, 503);
});

for (const [status, again] of [[400, false], [401, true], [403, true], [404, false], [408, true], [422, false], [425, true], [429, true], [500, true], [503, true]]) {
  test(`status ${status} is ${again ? '' : 'not '}tried again`, async () => {
    const {asked} = await persisted([new RefusedError('licence', status), 'licence']);
    assert.equal(asked.length, again ? 2 : 1);
  });
}
