/**
 * When to fetch a licence: at an instant drawn uniformly in what is left of the window, so
 * that viewers who know of a period at the same second do not ask in the same second (the
 * way of RFC 9773, 4.2). Who comes after the window asks at once.
 *
 * All times are ms since 1970 by the server's clock.
 *
 * @param {{start: number, end: number}} window  half-open: [start, end)
 * @param {number} now
 * @param {() => number} random  uniform in [0, 1)
 * @returns {number} never before now
 */
export function drawInstant(window, now, random) {
  const from = Math.max(now, window.start);
  if (!(from < window.end)) return now;
  return from + random() * (window.end - from);
}
