import assert from 'node:assert/strict';
import test from 'node:test';
import {drawInstant} from '../fetch-window.js';
import {seeded} from './support/time.js';

const window = {start: 1_000_000, end: 1_240_000};

// With 24 bins chi-squared has 23 degrees of freedom and exceeds 49.7 once in a thousand.
function chiSquared(instants, from, to, bins = 24) {
  const counts = new Array(bins).fill(0);
  for (const at of instants) counts[Math.floor((at - from) / (to - from) * bins)]++;
  const expected = instants.length / bins;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

test('instants are spread uniformly over the window', () => {
  const random = seeded(1);
  const instants = Array.from({length: 24_000}, () => drawInstant(window, window.start - 10, random));
  assert.ok(instants.every((at) => at >= window.start && at < window.end));
  assert.ok(chiSquared(instants, window.start, window.end) < 49.7);
});

test('who comes in the middle of the window draws from what is left of it', () => {
  const random = seeded(2);
  const now = 1_180_000;
  const instants = Array.from({length: 24_000}, () => drawInstant(window, now, random));
  assert.ok(instants.every((at) => at >= now && at < window.end));
  assert.ok(chiSquared(instants, now, window.end) < 49.7);
});

test('who comes after the window, or is told of none, asks at once', () => {
  const never = () => assert.fail('nothing is drawn');
  assert.equal(drawInstant(window, window.end, never), window.end);
  assert.equal(drawInstant(window, 2_000_000, never), 2_000_000);
  assert.equal(drawInstant({start: NaN, end: NaN}, 5, never), 5);
});
