/** Numbers that look like chance and are the same for the same seed. Source: "mulberry32", public domain, by Tommy Ettinger. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** At least 0, below 1. */
  next(): number {
    this.#state = (this.#state + 0x6d_2b_79_f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  /** A whole number from `least` to `most`, both included. */
  between(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1));
  }

  chance(percent: number): boolean {
    return this.next() * 100 < percent;
  }

  /** @throws RangeError for an empty list. */
  pick<Thing>(things: readonly Thing[]): Thing {
    const picked = things[Math.floor(this.next() * things.length)];
    if (picked === undefined) throw new RangeError('nothing to pick from');
    return picked;
  }

  /** Numbers of their own: how many somebody takes does not change what others get. */
  branch(): Random {
    return new Random(this.between(0, 4_294_967_295));
  }
}
