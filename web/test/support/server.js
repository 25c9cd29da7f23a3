// A server of announcements and licences on a port of its own, whose answers a test sets.

import http from 'node:http';

export class Server {
  /** What is asked for: {method, url, headers, body}. */
  requests = [];
  document = null;
  events = 200; // status of the events
  streams = new Set();
  licence = () => ({status: 404});

  static async start(t) {
    const server = new Server();
    server.http = http.createServer((request, response) => server.#answer(request, response));
    await new Promise((resolve) => server.http.listen(0, '127.0.0.1', resolve));
    server.url = `http://127.0.0.1:${server.http.address().port}`;
    t.after(() => {
      server.http.closeAllConnections();
      return new Promise((resolve) => server.http.close(resolve));
    });
    return server;
  }

  get location() {
    return {announcement: `${this.url}/announcement`, events: `${this.url}/events`};
  }

  asked(path) {
    return this.requests.filter(({url}) => url.startsWith(path));
  }

  async #answer(request, response) {
    const body = Buffer.concat(await collect(request));
    const {method, url, headers} = request;
    this.requests.push({method, url, headers, body, at: Date.now()});
    if (url.startsWith('/announcement')) return this.#announcement(response);
    if (url.startsWith('/events')) return this.#stream(response);
    const {status = 200, headers: extra = {}, text = ''} = await this.licence({method, url, headers, body});
    response.writeHead(status, extra).end(text);
  }

  #announcement(response) {
    const {status = 200, headers = {}, ...document} = this.document?.() ?? {status: 503};
    const date = new Date(document.issuedAt ?? Date.now()).toUTCString();
    response.writeHead(status, {'Content-Type': 'application/json', Date: date, ...headers}).end(JSON.stringify(document));
  }

  #stream(response) {
    if (this.events !== 200) {
      response.writeHead(this.events).end();
      return;
    }
    response.writeHead(200, {'Content-Type': 'text/event-stream'});
    response.flushHeaders();
    this.streams.add(response);
    response.on('close', () => this.streams.delete(response));
  }

  say(type, data, id) {
    const text = `${id ? `id: ${id}\n` : ''}event: ${type}\ndata: ${JSON.stringify(data)}\n\n`;
    for (const stream of this.streams) stream.write(text);
  }

  cut() {
    for (const stream of this.streams) stream.destroy();
  }
}

async function collect(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return chunks;
}
