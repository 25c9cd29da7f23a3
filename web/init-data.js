/** The key system of segments that are encrypted whole (HLS AES-128), whose keys are files. */
export const aes128 = 'aes-128';

/**
 * DRM systems by the beginning of their EME key system, best first.
 *
 * For Clear Key that is the box of the W3C's "cenc" format: browsers read no other one, and
 * shaka-player builds the same from a DASH descriptor without a box.
 *
 * @type {[string, string[]][]}
 */
const systems = [
  ['com.widevine.alpha', ['edef8ba9-79d6-4ace-a3c8-27dcd51d21ed']],
  ['com.microsoft.playready', ['9a04f079-9840-4286-ab92-e65be0885f95']],
  ['com.chromecast.playready', ['9a04f079-9840-4286-ab92-e65be0885f95']],
  ['org.w3.clearkey', ['1077efec-c0b2-4d02-ace3-3c1e52e2fb4b']],
  [aes128, ['3ea8778f-7742-4bf9-b18b-e834b2acbd47', '81376844-f976-481e-a84e-cc25d39b0b33']],
];

/**
 * @param {string} keySystem
 * @returns {string[]} system IDs in lower case; none for a key system that is not preloaded here
 */
export function systemIDs(keySystem) {
  return systems.find(([prefix]) => keySystem.startsWith(prefix))?.[1] ?? [];
}

/**
 * Init data of type "keyids" (W3C Key IDs Initialization Data Format), for Clear Key.
 *
 * @param {string[]} kids  UUIDs
 * @returns {Uint8Array}
 */
export function keyIDs(kids) {
  const encoded = kids.map((kid) => base64URL(bytesOfKID(kid)));
  return new TextEncoder().encode(JSON.stringify({kids: encoded}));
}

/**
 * Takes concatenated boxes apart.
 *
 * @param {Uint8Array} initData  of type "cenc"
 * @returns {Uint8Array[]} whole boxes; what is no box ends the list
 */
export function boxes(initData) {
  const found = [];
  const view = new DataView(initData.buffer, initData.byteOffset, initData.byteLength);
  for (let at = 0, size; at + 8 <= initData.byteLength; at += size) {
    size = view.getUint32(at);
    if (size < 8 || at + size > initData.byteLength) break;
    found.push(initData.subarray(at, at + size));
  }
  return found;
}

/**
 * @param {Uint8Array} box  a pssh box
 * @returns {string} the 16 bytes of its system ID in hex; "" if it is too short
 */
export function systemOf(box) {
  return box.byteLength < 28 ? '' : hex(box.subarray(12, 28));
}

/** @param {string} kid  a UUID */
export function bytesOfKID(kid) {
  return Uint8Array.from(kid.replaceAll('-', '').match(/../g) ?? [], (byte) => parseInt(byte, 16));
}

/** @param {Uint8Array} bytes */
export function hex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * @param {string} text  base64
 * @returns {Uint8Array<ArrayBuffer>} empty for what is not base64
 */
export function fromBase64(text) {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return new Uint8Array();
  }
}

/** @param {Uint8Array} bytes */
function base64URL(bytes) {
  return btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/**
 * @param {BufferSource} data
 * @returns {Uint8Array} the same memory
 */
export function bytesOf(data) {
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
}
