import assert from 'node:assert/strict';
import test from 'node:test';
import {Schedule} from '../schedule.js';

const period = {start: 1_000, end: 2_000, fetchWindow: {start: 500, end: 900}};
const licences = (...ids) => ids.map((id) => ({id}));
const scheduled = () => new Schedule(() => 0.5);

test('a period is scheduled once, at an instant in its window', () => {
  const schedule = scheduled();
  assert.equal(schedule.take(period, licences('a', 'b'), 500).at, 700);
  assert.equal(schedule.take(period, licences('a', 'b'), 510), null);
});

test('what a newer announcement adds goes along while there is time, and has its own instant then', () => {
  const schedule = scheduled();
  schedule.take(period, licences('a'), 500);
  const along = schedule.take(period, licences('a', 'b'), 600);
  assert.deepEqual([along.at, along.wanted], [700, licences('b')]);
  const later = schedule.take(period, licences('a', 'b', 'c'), 800);
  assert.deepEqual([later.at, later.wanted], [850, licences('c')]);
  assert.equal(schedule.take(period, licences('d'), 950).at, 950);
});

test('a period that a rotation cuts short ends earlier in what was scheduled', () => {
  const schedule = scheduled();
  const batch = schedule.take(period, licences('a'), 500);
  schedule.take({...period, end: 1_500}, licences('a'), 600);
  assert.equal(batch.period.end, 1_500);
});

test('nothing is fetched of a period that is over', () => {
  assert.equal(scheduled().take(period, licences('a'), 2_000), null);
});

test('what is no longer announced is forgotten, and scheduled anew if it comes back', () => {
  const schedule = scheduled();
  const gone = schedule.take(period, licences('a'), 500);
  const stays = schedule.take({...period, start: 2_000, end: 3_000}, licences('b'), 500);
  schedule.retain(new Set([2_000]));
  assert.deepEqual([gone.signal.aborted, stays.signal.aborted], [true, false]);
  assert.ok(schedule.take(period, licences('a'), 500));
});

test('periods that are over are dropped, the others not', () => {
  const schedule = scheduled();
  const over = schedule.take(period, licences('a'), 500);
  const on = schedule.take({...period, start: 2_000, end: 3_000}, licences('b'), 500);
  schedule.drop(2_000);
  assert.deepEqual([over.signal.aborted, on.signal.aborted], [true, false]);
  schedule.clear();
  assert.ok(on.signal.aborted);
});
