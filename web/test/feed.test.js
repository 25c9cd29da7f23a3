import assert from 'node:assert/strict';
import test from 'node:test';
import {Feed, channelFeed} from '../feed.js';
import {nextPoll} from '../poll.js';
import {ServerClock} from '../server-clock.js';
import {announced, announcedPeriod} from './support/announced.js';
import {TestEventSource} from './support/event-source.js';
import {Server} from './support/server.js';
import {ManualTime, eventually, realTime, settle} from './support/time.js';

/** Follows a feed and notes what it says. Pauses that are drawn are short. */
function listen(t, location, environment = realTime({random: () => 0.02})) {
  const stop = new AbortController();
  const heard = {announcements: [], anew: 0, announced: [], revoked: [], states: []};
  const clock = new ServerClock(environment);
  const listener = {
    onAnnouncement: (announcement, anew) => { heard.announcements.push(announcement); heard.anew += anew; },
    onAnnounced: (period) => heard.announced.push(period),
    onRevoked: (withdrawals) => heard.revoked.push(...withdrawals),
    onState: (state) => heard.states.push(state),
  };
  const run = new Feed({location, listener, clock, environment}).run(stop.signal);
  t.after(() => { stop.abort(); return run; });
  return {heard, clock, stop, run};
}

const document = (rest) => announced({now: Date.now(), ...rest});
const period = (n) => announcedPeriod({start: n * 1_000, end: n * 1_000 + 1_000, window: [0, 1], n});
const starts = (heard) => heard.announced.map(({start}) => start / 1_000);

const ways = [
  ['EventSource', () => realTime({random: () => 0.02, EventSource: TestEventSource}), {}],
  ['fetch', () => realTime({random: () => 0.02}), {}],
  ['fetch with a header', () => realTime({random: () => 0.02, EventSource: TestEventSource}), {headers: {Authorization: 'Bearer v'}}],
];

for (const [way, environment, headers] of ways) {
  test(`by ${way}, the document comes first and the events from its place on`, async (t) => {
    const server = await Server.start(t);
    server.document = () => document({sequence: 7});
    const {heard} = listen(t, {...server.location, ...headers}, environment());
    await eventually('a stream', () => server.streams.size === 1);
    server.say('announced', period(2), 8);
    server.say('surprise', {new: 'thing'}, 9);
    server.say('revoked', {kid: 'A', from: '1970-01-01T00:00:01Z'}, 10);
    server.say('announced', period(3), 11);
    await eventually('the second period', () => heard.announced.length === 2);
    assert.deepEqual([starts(heard), heard.revoked, heard.states], [[2, 3], [{kid: 'a', from: 1_000}], ['streaming']]);
    assert.equal(server.asked('/events')[0].url, '/events?after=7');
    assert.equal(server.asked('/announcement').length, 1);
    assert.equal(server.asked('/events')[0].headers.authorization, headers.headers?.Authorization);
  });

  test(`by ${way}, a stream that breaks is resumed where it was`, async (t) => {
    const server = await Server.start(t);
    server.document = () => document({sequence: 7, refreshIn: 10});
    const {heard} = listen(t, {...server.location, ...headers}, environment());
    await eventually('a stream', () => server.streams.size === 1);
    server.say('announced', period(2), 8);
    await eventually('the period', () => heard.announced.length === 1);
    // The document would be due by now; what the stream brought is as good.
    const connected = Date.now();
    await eventually('a second', () => Date.now() > connected + 1_200);
    server.cut();
    await eventually('another stream', () => server.asked('/events').length === 2);
    const again = server.asked('/events')[1];
    assert.equal(again.headers['last-event-id'] ?? new URL(again.url, server.url).searchParams.get('after'), '8');
    assert.equal(server.asked('/announcement').length, 1);
  });

  test(`by ${way}, it polls while there are no events, and follows again when there are`, async (t) => {
    const server = await Server.start(t);
    server.events = 503;
    server.document = () => document({sequence: 7, refreshIn: 100});
    const {heard} = listen(t, {...server.location, ...headers}, environment());
    await eventually('three documents', () => heard.announcements.length >= 3);
    assert.ok(heard.states.includes('polling') && !heard.states.includes('streaming'));
    server.events = 200;
    await eventually('a stream', () => server.streams.size === 1);
    server.say('announced', period(2), 8);
    await eventually('the period', () => heard.announced.length === 1);
    assert.equal(heard.states.at(-1), 'streaming');
  });

  test(`by ${way}, after a reset the document says what is true, and the events go on`, async (t) => {
    const server = await Server.start(t);
    server.document = () => document({sequence: 7});
    const {heard} = listen(t, {...server.location, ...headers}, environment());
    await eventually('a stream', () => server.streams.size === 1);
    server.document = () => document({sequence: 2, current: period(1)});
    server.say('reset', {});
    server.say('announced', period(2), 2);
    await eventually('the new document', () => heard.anew === 1);
    server.say('announced', period(3), 3);
    await eventually('the second period', () => heard.announced.length === 2);
    assert.deepEqual([starts(heard), heard.announcements.at(-1).sequence], [[2, 3], 2]);
    assert.equal(server.asked('/events').length, 1);
  });
}

test('a document that fails is asked for again, and the failure told', async (t) => {
  const server = await Server.start(t);
  const {heard} = listen(t, server.location);
  await eventually('two failures', () => heard.states.filter((state) => state === 'failing').length >= 2);
  server.document = () => ({status: 200, title: 'no announcement'});
  await eventually('a third', () => heard.states.length >= 3);
  server.document = () => document({});
  await eventually('the document', () => heard.announcements.length === 1);
});

test('a document after a reset that fails is asked for until it comes', async (t) => {
  const server = await Server.start(t);
  server.document = () => document({sequence: 7});
  const {heard} = listen(t, server.location);
  await eventually('a stream', () => server.streams.size === 1);
  server.document = null;
  server.say('reset', {});
  await eventually('two failures', () => heard.states.filter((state) => state === 'failing').length >= 2);
  server.document = () => document({sequence: 3});
  await eventually('the document', () => heard.anew === 1);
});

test('a server that says when to come back is not asked before', async (t) => {
  const server = await Server.start(t);
  server.document = () => ({status: 503, headers: {'Retry-After': '1'}});
  const {heard} = listen(t, server.location);
  await eventually('two failures', () => heard.states.length >= 2);
  const [first, second] = server.asked('/announcement');
  assert.ok(second.at - first.at >= 1_000, `${second.at - first.at} ms`);
});

test('messages that are not understood do no harm', async (t) => {
  const server = await Server.start(t);
  server.document = () => document({});
  const {heard} = listen(t, server.location);
  await eventually('a stream', () => server.streams.size === 1);
  for (const stream of server.streams) stream.write('event: announced\ndata: {not json\n\nevent: announced\ndata: {}\n\n');
  server.say('announced', period(2), 8);
  await eventually('the period', () => heard.announced.length === 1);
  assert.equal(server.asked('/events').length, 1);
});

test('without events it only polls', async (t) => {
  const server = await Server.start(t);
  server.document = () => document({refreshIn: 10});
  let timers = 0;
  const environment = realTime({setTimeout: (run, ms) => { timers++; return setTimeout(run, ms); }});
  const {heard} = listen(t, {announcement: server.location.announcement}, environment);
  await eventually('two documents', () => heard.announcements.length === 2);
  assert.equal(server.asked('/events').length, 0);
  assert.ok(timers < 10, `${timers} timers`);
});

test('the server\'s clock is known from the document and from boundaries', async (t) => {
  const server = await Server.start(t);
  server.document = () => announced({now: 10_000_000});
  const {clock} = listen(t, server.location);
  await eventually('a stream', () => server.streams.size === 1);
  const near = (ms) => clock.now() >= ms && clock.now() < ms + 15_000;
  assert.ok(near(10_000_000));
  server.say('begun', {start: new Date(20_000_000).toISOString(), end: new Date(30_000_000).toISOString()});
  await eventually('the new time', () => near(20_000_000));
});

/** A stream that says nothing, in time that the test moves. */
function silent(EventSource) {
  const asked = [];
  const time = new ManualTime({
    fetch: async (url, {signal}) => {
      asked.push({url, at: time.now});
      if (!url.includes('events')) {
        const current = announcedPeriod({start: time.now, end: time.now + 100_000, window: [0, 1]});
        return Response.json(announced({now: time.now, refreshIn: 100_000, current}));
      }
      const body = new ReadableStream({start: (stream) => signal.addEventListener('abort', () => stream.error(signal.reason))});
      return new Response(body);
    },
  });
  time.environment.EventSource = EventSource;
  return {time, asked};
}

test('by fetch, a stream that is silent for 30 s is opened anew', async (t) => {
  const {time, asked} = silent();
  listen(t, {announcement: '/announcement', events: '/events'}, time.environment);
  await time.advance(29_000);
  assert.equal(asked.length, 2);
  await time.advance(3_000);
  assert.equal(asked.filter(({url}) => url.includes('events')).length, 2);
});

test('by EventSource, which hides heartbeats, it is opened anew when a boundary passes in silence', async (t) => {
  const opened = [];
  class SilentSource extends EventTarget {
    static CLOSED = 2;
    constructor(url) {
      super();
      opened.push({url, at: time.now});
      setImmediate(() => this.onopen());
    }
    close() {}
  }
  const {time} = silent(SilentSource);
  const began = time.now;
  listen(t, {announcement: '/announcement', events: '/events'}, time.environment);
  await time.advance(128_000);
  assert.equal(opened.length, 1);
  await time.advance(4_000);
  assert.deepEqual(opened.map(({at}) => Math.floor((at - began) / 10_000)), [0, 13]);
});

test('it ends when it is told to, whatever it waits for', async (t) => {
  const server = await Server.start(t);
  server.document = () => document({});
  const {stop, run} = listen(t, server.location);
  await eventually('a stream', () => server.streams.size === 1);
  stop.abort();
  await run;
  await eventually('the end of the stream', () => server.streams.size === 0);
  await settle();
  assert.equal(server.requests.length, 2);
});

test('documents are asked for again soon after they change, not all at once, nor before a cache has another', () => {
  assert.equal(nextPoll(20_000, 0, () => 0), 20_000);
  assert.equal(nextPoll(20_000, 0, () => 0.999), 24_995);
  assert.equal(nextPoll(2_000, 0, () => 0.999), 2_499.5);
  assert.equal(nextPoll(2_000, 10_000, () => 0), 10_000);
  assert.equal(nextPoll(-5_000, 0, () => 0.5), 1_000);
  assert.equal(nextPoll(3_600_000, 0, () => 0.5), 60_000);
  assert.equal(nextPoll(NaN, 0, () => 0.5), 60_000);
  assert.equal(nextPoll(5_000, 3_600_000, () => 0.5), 60_000);
});

test('a channel\'s feed is where the server has it', () => {
  assert.deepEqual(channelFeed('https://keys.example.com', 'a/b'), {
    announcement: 'https://keys.example.com/v1/channels/a%2Fb/announcement',
    events: 'https://keys.example.com/v1/channels/a%2Fb/events',
  });
});
