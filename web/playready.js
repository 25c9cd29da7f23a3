import {fromBase64} from './init-data.js';

/**
 * Takes the challenge out of the XML that PlayReady's CDM in Edge wraps it in, with the
 * headers that it asks for. Other CDMs give the challenge itself.
 *
 * @param {ArrayBuffer} message  UTF-16, little-endian, if it is wrapped
 * @returns {{headers: Record<string, string>, body: ArrayBuffer}}
 */
export function playReadyChallenge(message) {
  const xml = new TextDecoder('utf-16le').decode(message);
  const challenge = /<Challenge[^>]*>\s*([A-Za-z0-9+/=\s]+?)\s*<\/Challenge>/.exec(xml);
  if (!challenge) {
    return {headers: {'Content-Type': 'text/xml; charset=utf-8'}, body: message};
  }
  /** @type {Record<string, string>} */
  const headers = {};
  for (const [, name, value] of xml.matchAll(/<name>([^<]*)<\/name>\s*<value>([^<]*)<\/value>/g)) {
    headers[name] = value;
  }
  return {headers, body: fromBase64(challenge[1]).buffer};
}
