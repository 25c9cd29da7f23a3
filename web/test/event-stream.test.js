import assert from 'node:assert/strict';
import test from 'node:test';
import {EventStreamParser} from '../event-stream.js';
import {seeded} from './support/time.js';

const parse = (...pieces) => {
  const parser = new EventStreamParser();
  return pieces.flatMap((piece) => parser.push(piece));
};

for (const [name, text, want] of [
  ['an event as keyrotor writes it', 'id: 3\nevent: announced\ndata: {"a":1}\n\n', [{type: 'announced', data: '{"a":1}', id: '3'}]],
  ['an event without a name', 'data: x\n\n', [{type: 'message', data: 'x', id: ''}]],
  ['data of several lines', 'data: a\ndata:b\ndata:\ndata:  c\n\n', [{type: 'message', data: 'a\nb\n\n c', id: ''}]],
  ['a comment', ': heartbeat\n\ndata: x\n\n', [{type: 'message', data: 'x', id: ''}]],
  ['an event without data, whose id counts', 'id: 7\nevent: announced\n\ndata: x\n\n', [{type: 'message', data: 'x', id: '7'}]],
  ['an id that stays', 'id: 7\ndata: a\n\ndata: b\n\n', [{type: 'message', data: 'a', id: '7'}, {type: 'message', data: 'b', id: '7'}]],
  ['an id with NUL, which is none', 'id: 7\0\ndata: a\n\n', [{type: 'message', data: 'a', id: ''}]],
  ['an empty id, which takes it back', 'id: 7\nid\ndata: a\n\n', [{type: 'message', data: 'a', id: ''}]],
  ['a field that nobody knows', 'retry: 10\ncolour: red\ndata\n\n', [{type: 'message', data: '', id: ''}]],
  ['lines that end in CR, LF or both', 'data: a\rdata: b\r\ndata: c\n\r\n', [{type: 'message', data: 'a\nb\nc', id: ''}]],
  ['an event that is not complete', 'data: a\n', []],
]) {
  test(`reads ${name}`, () => assert.deepEqual(parse(text), want));
}

// The law: however the bytes are cut, the messages are the same.
test('how the stream is cut into pieces does not matter', () => {
  const text = '\uFEFF: begin\r\n\r\nid: 1\r\nevent: announced\r\ndata: {"name":"Ünïcödé €"}\r\n\r\n: heartbeat\n\n'
    + 'event: reset\rdata: {}\r\rid: 2\ndata: a\ndata: b\n\nevent: x\n\ndata: €\n\n';
  const bytes = new TextEncoder().encode(text);
  const want = parse(text.slice(1));
  assert.equal(want.length, 4);
  const random = seeded(4);
  for (let round = 0; round < 500; round++) {
    const parser = new EventStreamParser();
    const decoder = new TextDecoder();
    const got = [];
    for (let at = 0; at < bytes.length; ) {
      const size = Math.floor(random() * (round % 2 ? 3 : 40));
      got.push(...parser.push(decoder.decode(bytes.subarray(at, at + size), {stream: true})));
      at += size;
    }
    assert.deepEqual(got, want);
  }
});

test('a line that does not end is given up', () => {
  const parser = new EventStreamParser();
  const piece = 'x'.repeat(1024 * 1024);
  assert.throws(() => { for (let i = 0; i < 10; i++) parser.push(piece); }, RangeError);
});
