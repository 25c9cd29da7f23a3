/**
 * Preloads the licences of coming key periods: follows a channel's announcements, fetches each
 * licence at an instant of its own in the announced window, and hands it to the player.
 *
 * It does not play, choose tracks or decide who may watch. A licence that it could not get is
 * one that the player asks for at the boundary, as without it.
 *
 * @typedef {import('./preloader.js').Config} PreloaderConfig
 * @typedef {import('./report.js').Report} Report
 * @typedef {import('./delivery.js').Ask} Ask
 */
export {channelFeed} from './feed.js';
export {Preloader} from './preloader.js';
