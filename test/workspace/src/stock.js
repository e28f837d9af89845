/** What is left on the shelves, by fruit. */
export class Stock {
  constructor() {
    this.counts = new Map();
  }

  /** Adds a delivery to the shelves. */
  add(fruit, count) {
    const before = this.counts.get(fruit) ?? 0;
    this.counts.set(fruit, before + count);
  }

  /** Takes fruit from the shelves; fails when there is not enough of it. */
  take(fruit, count) {
    const before = this.counts.get(fruit) ?? 0;
    if (before < count) {
      throw new Error(`Only ${before} of ${fruit} left.`);
    }
    this.counts.set(fruit, before - count);
  }

  /** Returns how many there are of a fruit. */
  count(fruit) {
    return this.counts.get(fruit) ?? 0;
  }
}
