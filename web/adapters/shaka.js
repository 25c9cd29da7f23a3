import {Preloader} from '../preloader.js';

/**
 * Preloads for a shaka-player (read: 5.2).
 *
 * Shaka asks for a licence when it meets init data that none of its own sessions was made for,
 * byte by byte: in the manifest, when a new DASH Period appears, or in the media. It knows
 * nothing of sessions that it did not create, and its API has no way to give it init data. So
 * the sessions that it creates are made to find ours (adoption.js): it gets one whose keys are
 * already usable, and no licence request is made. Its request filters do not see what was
 * fetched here; token and headers are given by getToken and tokenHeader, or by ask.
 *
 * The first licence is Shaka's own: MediaKeys exist only once it has loaded. Where the media's
 * init data is not what was announced (several periods' boxes in one, as shaka-packager's
 * common box), Shaka asks again, but playback does not wait for it: the keys are usable in the
 * same MediaKeys.
 *
 * @param {ShakaPlayer} player  any time before or after load()
 * @param {Omit<import('../preloader.js').Config, 'keySystem'> & {keySystem?: string}} config
 *   keySystem: none: the one that Shaka has chosen
 * @returns {() => void} ends it; unloading the player does too, and loading begins anew
 *
 * @typedef {EventTarget & {
 *   keySystem: () => string,
 *   getMediaElement: () => HTMLMediaElement | null,
 * }} ShakaPlayer
 */
export function preloadForShaka(player, config) {
  /** @type {Preloader | null} */
  let preloader = null;
  const end = () => {
    preloader?.stop();
    preloader = null;
  };
  const begin = () => {
    const mediaKeys = player.getMediaElement()?.mediaKeys;
    const keySystem = config.keySystem ?? player.keySystem();
    if (!mediaKeys || !keySystem) return;
    end();
    preloader = new Preloader({current: false, ...config, keySystem});
    preloader.attach(mediaKeys);
    preloader.start();
  };
  player.addEventListener('loaded', begin);
  player.addEventListener('unloading', end);
  begin();
  return () => {
    player.removeEventListener('loaded', begin);
    player.removeEventListener('unloading', end);
    end();
  };
}
