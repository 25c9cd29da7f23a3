/**
 * @typedef {object} HlsConfig
 * @property {RequestAccess | null} [requestMediaKeySystemAccessFunc]
 * @property {LoaderClass} [loader]
 *
 * @typedef {(keySystem: string, configurations: MediaKeySystemConfiguration[]) => Promise<MediaKeySystemAccess>} RequestAccess
 *
 * @typedef {new (...parameters: any[]) => any} LoaderClass  hls.js' Loader: load, abort, destroy, stats
 */

/**
 * Preloads for hls.js (read: 1.7).
 *
 * hls.js asks for a licence when it loads the first segment under an #EXT-X-KEY whose KID none
 * of its sessions has a status for; with init data from the line's data URI (Widevine,
 * PlayReady) or, without one, from the media's "encrypted" event. Here its MediaKeys are
 * attached to the preloader as it creates them, so that its sessions find ours
 * (adoption.js) and no licence request is made.
 *
 * Of AES-128 it fetches the key file itself, by its loader, once for each URI. Here the loader
 * answers with the file that was preloaded, if there is one.
 *
 * FairPlay is not preloaded: in Safari keys are the system player's, or come by "sinf" init
 * data that no announcement can know.
 *
 * @template {HlsConfig} T
 * @param {import('../preloader.js').Preloader} preloader  start() is the app's to call
 * @param {T} config  what is given to new Hls(); loader is needed for AES-128: Hls.DefaultConfig.loader
 * @returns {T} the same and how to preload
 */
export function preloadForHls(preloader, config) {
  const request = config.requestMediaKeySystemAccessFunc
    ?? ((keySystem, configurations) => navigator.requestMediaKeySystemAccess(keySystem, configurations));
  return {
    ...config,
    ...(config.loader && {loader: keyLoader(preloader, config.loader)}),
    requestMediaKeySystemAccessFunc: attaching(preloader, request),
  };
}

/**
 * @param {import('../preloader.js').Preloader} preloader
 * @param {RequestAccess} request
 * @returns {RequestAccess}
 */
function attaching(preloader, request) {
  return async (keySystem, configurations) => {
    const access = await request(keySystem, configurations);
    if (keySystem !== preloader.config.keySystem) return access;
    const create = access.createMediaKeys.bind(access);
    access.createMediaKeys = async () => preloader.attach(await create());
    return access;
  };
}

/**
 * @param {import('../preloader.js').Preloader} preloader
 * @param {LoaderClass} Loader
 * @returns {LoaderClass}
 */
function keyLoader(preloader, Loader) {
  return class extends Loader {
    /** Whether nobody waits for an answer any more. */
    #gone = false;

    /**
     * @param {any} context
     * @param {any} configuration
     * @param {any} callbacks
     */
    load(context, configuration, callbacks) {
      const load = () => super.load(context, configuration, callbacks);
      const file = context.type === 'key' ? preloader.keyFile(context.url) : undefined;
      if (!file) {
        load();
        return;
      }
      file.then(
        (data) => this.#gone || callbacks.onSuccess({url: context.url, data, code: 200}, this.stats, context, null),
        () => this.#gone || load(),
      );
    }

    abort() {
      this.#gone = true;
      super.abort();
    }

    destroy() {
      this.#gone = true;
      super.destroy();
    }
  };
}
