// EventSource (WHATWG HTML, 9.2) over node's fetch, as far as the module relies on a browser's.

import {EventStreamParser} from '../../event-stream.js';

export class TestEventSource extends EventTarget {
  static CONNECTING = 0;
  static OPEN = 1;
  static CLOSED = 2;

  readyState = 0;
  onopen = null;
  onerror = null;
  #stop = new AbortController();
  #last = '';

  constructor(url) {
    super();
    this.url = url;
    void this.#run();
  }

  close() {
    this.readyState = 2;
    this.#stop.abort();
  }

  async #run() {
    while (this.readyState !== 2) {
      await this.#connect().catch(() => {});
      if (this.readyState === 2) return;
      this.readyState = 0;
      this.onerror?.(new Event('error'));
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  async #connect() {
    const headers = this.#last ? {'Last-Event-ID': this.#last} : {};
    const response = await fetch(this.url, {headers, signal: this.#stop.signal});
    if (response.status !== 200) {
      this.readyState = 2;
      this.onerror?.(new Event('error'));
      return;
    }
    this.readyState = 1;
    this.onopen?.(new Event('open'));
    const parser = new EventStreamParser();
    for await (const piece of response.body.pipeThrough(new TextDecoderStream())) {
      for (const {type, data, id} of parser.push(piece)) {
        if (id) this.#last = id;
        this.dispatchEvent(Object.assign(new Event(type), {data, lastEventId: this.#last}));
      }
    }
  }
}
