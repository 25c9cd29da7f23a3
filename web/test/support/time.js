// Time that a test moves: an environment whose timers fire when it says so.

const epoch = Date.parse('2026-03-01T12:00:00Z');

export class ManualTime {
  #now = 0;
  #timers = [];

  constructor({random = () => 0.5, fetch, wall = epoch} = {}) {
    this.wallAtStart = wall;
    this.environment = {
      monotonic: () => this.#now,
      wall: () => this.wallAtStart + this.#now,
      setTimeout: (run, ms) => {
        const timer = {run, at: this.#now + ms};
        this.#timers.push(timer);
        return timer;
      },
      clearTimeout: (timer) => { this.#timers = this.#timers.filter((one) => one !== timer); },
      fetch,
      EventSource: undefined,
      random,
    };
  }

  get now() { return this.wallAtStart + this.#now; }

  /** Moves on, firing each timer at its time, and lets promises settle in between. */
  async advance(ms) {
    const until = this.#now + ms;
    for (;;) {
      await settle();
      const next = this.#timers.filter(({at}) => at <= until).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.#now = Math.max(this.#now, next.at);
      this.#timers = this.#timers.filter((one) => one !== next);
      next.run();
    }
    this.#now = until;
    await settle();
  }
}

/** Waits until promises that need nothing from outside have settled. */
export async function settle() {
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
}

/** A generator of the same numbers each time, uniform in [0, 1) (mulberry32). */
export function seeded(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Waits for what must come from outside, and says what did not come. */
export async function eventually(what, condition, ms = 15_000) {
  for (const until = Date.now() + ms; !(await condition()); ) {
    if (Date.now() > until) throw new Error(`never came: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** An environment that runs in real time, with node's fetch. */
export function realTime(overrides = {}) {
  return {
    monotonic: () => performance.now(),
    wall: () => Date.now(),
    setTimeout: (run, ms) => setTimeout(run, ms),
    clearTimeout: (timer) => clearTimeout(timer),
    fetch: (...call) => fetch(...call),
    EventSource: undefined,
    random: Math.random,
    ...overrides,
  };
}
