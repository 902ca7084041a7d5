/** A write inside a transaction that is still open. */
export interface LateWrite {
  readonly method: string;
  /** `/services/data/v62.0/sobjects/Account` */
  readonly url: string;
  readonly body: unknown;
}

/** A transaction whose rows carry the stamp of its beginning and can be seen only when it ends. */
interface LateTransaction {
  readonly startedAt: number;
  readonly visibleAt: number;
  readonly userId: string;
  readonly writes: readonly LateWrite[];
}

/** "A transaction may run for ten minutes before it commits": such transactions of one org, in the order in which they end. */
export class LateTransactions {
  #open: LateTransaction[] = [];

  add(transaction: LateTransaction): void {
    this.#open.push(transaction);
    this.#open.sort((a, b) => a.visibleAt - b.visibleAt);
  }

  /** Takes out those that have ended by then. */
  takeDue(now: number): LateTransaction[] {
    const due = this.#open.filter(({ visibleAt }) => visibleAt <= now);
    this.#open = this.#open.filter(({ visibleAt }) => visibleAt > now);
    return due;
  }

  /** When the oldest open one began. */
  oldestStart(): number | undefined {
    return this.#open.length === 0 ? undefined : Math.min(...this.#open.map(({ startedAt }) => startedAt));
  }

  get count(): number {
    return this.#open.length;
  }
}
