// Announcements as the server writes them.

import {commonBox} from './cdm.js';

export const kid = (n) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
export const hexKID = (n) => kid(n).replaceAll('-', '');

const iso = (ms) => new Date(ms).toISOString();

/** A period of the channel: by default with one key, number n, for VIDEO under cenc. */
export function announcedPeriod({start, end, window, n = 1, tracks = [['VIDEO', n]]}) {
  return {
    start: iso(start), end: iso(end), index: Math.floor(start / 1000),
    fetchWindow: {start: iso(window[0]), end: iso(window[1])},
    keys: tracks.map(([track, number]) => ({
      track, scheme: 'cenc', kid: kid(number),
      systems: [{systemId: '1077efec-c0b2-4d02-ace3-3c1e52e2fb4b', name: 'W3C Common PSSH', pssh: commonBox(kid(number))}],
    })),
  };
}

export function announced({now, sequence = 1, current = null, coming = [], refreshIn = 60_000, ...rest}) {
  return {channel: 'news', sequence, issuedAt: iso(now), current, coming, refreshAt: iso(now + refreshIn), ...rest};
}
