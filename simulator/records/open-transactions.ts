export interface TransactionWrite {
  readonly method: string;
  /** `/services/data/v62.0/sobjects/Account` */
  readonly url: string;
  readonly body: unknown;
}

/** A transaction. Its rows have the timestamp of its start and become visible at its end. Times are in milliseconds. */
interface OpenTransaction {
  readonly startedAt: number;
  readonly endsAt: number;
  readonly userId: string;
  readonly writes: readonly TransactionWrite[];
}

/** The open transactions of one org, ordered by end time. Salesforce limits a transaction to ten minutes. */
export class OpenTransactions {
  #open: OpenTransaction[] = [];

  add(transaction: OpenTransaction): void {
    this.#open.push(transaction);
    this.#open.sort((a, b) => a.endsAt - b.endsAt);
  }

  /** Removes and returns the transactions that have ended by then. */
  takeEnded(now: number): OpenTransaction[] {
    const ended = this.#open.filter(({ endsAt }) => endsAt <= now);
    this.#open = this.#open.filter(({ endsAt }) => endsAt > now);
    return ended;
  }

  /** The start of the oldest open transaction, in milliseconds. */
  oldestStart(): number | undefined {
    return this.#open.length === 0 ? undefined : Math.min(...this.#open.map(({ startedAt }) => startedAt));
  }

  get count(): number {
    return this.#open.length;
  }
}
