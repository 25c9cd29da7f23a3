import {aes128, fromBase64, hex, keyIDs, systemIDs} from './init-data.js';

/**
 * One licence that an app needs for a period.
 *
 * @typedef {object} Wanted
 * @property {string} id       the same for the same licence, in whatever period
 * @property {string[]} kids   UUIDs in lower case; several where tracks share init data
 * @property {string} initDataType
 * @property {Uint8Array} initData  the announced bytes; empty for a key file
 * @property {string} uri      of a key file; else ""
 *
 * @typedef {object} Choice
 * @property {string} keySystem
 * @property {string[]} [tracks]  none: all
 * @property {string} [scheme]    none: whichever the feed has
 */

/**
 * What a choice needs of a period, one for each init data: tracks may share it.
 *
 * @param {import('./announcement.js').Period} period
 * @param {Choice} choice
 * @returns {Wanted[]}
 */
export function wanted(period, {keySystem, tracks, scheme}) {
  /** @type {Map<string, Wanted>} */
  const found = new Map();
  for (const key of period.keys) {
    if ((tracks && !tracks.includes(key.track)) || (scheme && key.scheme !== scheme)) continue;
    const one = licenceOf(key, keySystem);
    if (!one) continue;
    const same = found.get(one.id);
    if (!same) found.set(one.id, one);
    else if (!same.kids.includes(key.kid)) same.kids.push(key.kid);
  }
  return [...found.values()];
}

/**
 * @param {import('./announcement.js').Key} key
 * @param {string} keySystem
 * @returns {Wanted | null}
 */
function licenceOf(key, keySystem) {
  const ids = systemIDs(keySystem);
  const candidates = ids.flatMap((id) => (key.systems ?? []).filter((system) => system.systemId === id));
  if (keySystem === aes128) return keyFile(key, candidates);
  const box = fromBase64(candidates.find((system) => system.pssh)?.pssh ?? '');
  if (box.length > 0) return session(key, 'cenc', box);
  return keySystem === 'org.w3.clearkey' ? session(key, 'keyids', keyIDs([key.kid])) : null;
}

/**
 * @param {import('./announcement.js').Key} key
 * @param {string} initDataType
 * @param {Uint8Array} initData
 * @returns {Wanted}
 */
function session({kid}, initDataType, initData) {
  return {id: idOf(initDataType, initData), kids: [kid], initDataType, initData, uri: ''};
}

/**
 * @param {import('./announcement.js').Key} key
 * @param {import('./announcement.js').System[]} candidates
 * @returns {Wanted | null}
 */
function keyFile({kid}, candidates) {
  const uri = candidates.map((system) => /[:,]URI="([^"]+)"/.exec(system.hls?.media ?? '')?.[1]).find(Boolean);
  return uri ? {id: uri, kids: [kid], initDataType: '', initData: new Uint8Array(), uri} : null;
}

/**
 * @param {string} initDataType
 * @param {Uint8Array} initData
 * @returns {string} the same for the same bytes
 */
export function idOf(initDataType, initData) {
  return `${initDataType}:${hex(initData)}`;
}
