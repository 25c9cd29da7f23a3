/**
 * One event of a stream.
 *
 * @typedef {object} StreamMessage
 * @property {string} type  "message" if the stream names none
 * @property {string} data
 * @property {string} id    the newest in the stream so far; "" if there is none
 */

/** A line longer than this is not one of ours; its stream is given up. */
const longestLine = 4 * 1024 * 1024;

/**
 * Reads the text of Server-Sent Events (WHATWG HTML, 9.2.6), in pieces as they arrive.
 * A leading byte order mark is the decoder's to take off.
 */
export class EventStreamParser {
  #rest = '';
  #afterCR = false;
  /** @type {string[]} */
  #data = [];
  #type = '';
  #id = '';

  /**
   * @param {string} text
   * @returns {StreamMessage[]} those that the piece completes
   * @throws {RangeError} if a line does not end
   */
  push(text) {
    if (this.#afterCR && text.startsWith('\n')) text = text.slice(1);
    else if (text === '') return [];
    this.#afterCR = text.endsWith('\r');
    const lines = (this.#rest + text).split(/\r\n|\r|\n/);
    this.#rest = lines.pop() ?? '';
    if (this.#rest.length > longestLine) throw new RangeError('event stream: a line does not end');
    /** @type {StreamMessage[]} */
    const messages = [];
    for (const line of lines) this.#line(line, messages);
    return messages;
  }

  /**
   * @param {string} line
   * @param {StreamMessage[]} messages
   */
  #line(line, messages) {
    if (line === '') {
      if (this.#data.length > 0) {
        messages.push({type: this.#type || 'message', data: this.#data.join('\n'), id: this.#id});
      }
      this.#data = [];
      this.#type = '';
      return;
    }
    const [field, value] = split(line);
    if (field === 'data') this.#data.push(value);
    else if (field === 'event') this.#type = value;
    else if (field === 'id' && !value.includes('\0')) this.#id = value;
  }
}

/**
 * A comment has the name "".
 *
 * @param {string} line
 * @returns {[string, string]} name and value
 */
function split(line) {
  const colon = line.indexOf(':');
  if (colon < 0) return [line, ''];
  const value = line.slice(colon + 1);
  return [line.slice(0, colon), value.startsWith(' ') ? value.slice(1) : value];
}
