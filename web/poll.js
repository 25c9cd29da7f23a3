/** While there are no events a document is asked for again at least and at most so often, in ms. */
const slowestPoll = 60_000;
const fastestPoll = 1_000;

/**
 * @param {number} refreshIn  ms until the document changes; NaN if it does not say
 * @param {number} freshFor   ms for which a cache has no newer document
 * @param {() => number} random
 * @returns {number} ms after which to ask for the document again
 */
export function nextPoll(refreshIn, freshFor, random) {
  // All apps know the same instant, and less than a quarter of what is left is early enough.
  const spread = random() * Math.min(5_000, Math.max(refreshIn, 0) / 4);
  const wait = Number.isNaN(refreshIn) ? slowestPoll : refreshIn + spread;
  return Math.max(fastestPoll, Math.min(Math.max(wait, freshFor), slowestPoll));
}

/**
 * @param {Response} response
 * @returns {number} ms for which it stays fresh; 0 if it does not say
 */
export function freshFor(response) {
  const seconds = /(?:^|[ ,])max-age=(\d{1,9})/.exec(response.headers.get('Cache-Control') ?? '');
  return (Number(seconds?.[1] ?? 0) - Number(response.headers.get('Age') ?? 0)) * 1000;
}
