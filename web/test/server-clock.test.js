import assert from 'node:assert/strict';
import test from 'node:test';
import {ServerClock, instant} from '../server-clock.js';
import {ManualTime, seeded} from './support/time.js';

const hour = 3_600_000;

test('before anything was heard it is the device\'s clock', () => {
  const time = new ManualTime();
  assert.equal(new ServerClock(time.environment).now(), time.now);
});

test('it follows the server however wrong the device is, and when that is set', async () => {
  const time = new ManualTime();
  const clock = new ServerClock(time.environment);
  clock.observe(time.now + 5 * hour);
  await time.advance(1_000);
  time.wallAtStart -= 30 * hour;
  assert.equal(clock.now(), Date.parse('2026-03-01T17:00:01Z'));
});

// The law: it is never ahead of the server, and behind by no more than the fastest answer's way.
test('answers that were slow, or came from a cache, do not set it back', async () => {
  const time = new ManualTime();
  const clock = new ServerClock(time.environment);
  const random = seeded(5);
  for (let round = 0; round < 200; round++) {
    const late = [5, 40, 400, 90_000].map((ms) => ms + random() * 10);
    for (const ms of late) clock.observe(time.now - hour - ms);
    const behind = time.now - hour - clock.now();
    assert.ok(behind >= 0 && behind < 15, `${behind} ms behind`);
    await time.advance(random() * 1_000);
  }
});

test('a server whose clock is set back is believed after a while', () => {
  const time = new ManualTime();
  const clock = new ServerClock(time.environment);
  clock.observe(time.now + hour);
  for (let i = 0; i < 8; i++) clock.observe(time.now);
  assert.equal(clock.now(), time.now);
});

test('what is no time is not heard', () => {
  const time = new ManualTime();
  const clock = new ServerClock(time.environment);
  clock.observe(NaN);
  assert.equal(clock.now(), time.now);
});

for (const [text, want] of [
  ['2026-11-22T00:56:02.991584871Z', 1795308962991],
  ['2026-11-22T00:56:02Z', 1795308962000],
  ['2026-11-22T00:56:02.5Z', 1795308962500],
  ['yesterday', NaN],
  [undefined, NaN],
  [7, NaN],
]) {
  test(`the instant ${JSON.stringify(text)} is ${want}`, () => assert.equal(instant(text), want));
}
