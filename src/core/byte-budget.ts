import { CanceledError } from "./errors.ts";

interface Waiter {
  weight: number;
  admit: () => void;
}

/**
 * Bounds what is held in memory at once: who wants to hold so many bytes waits, in order of arrival, until they fit. Something
 * larger than the whole budget is let in alone.
 */
export class ByteBudget {
  readonly #limit: number;
  #held = 0;
  readonly #waiting: Waiter[] = [];

  constructor(limitBytes: number) {
    this.#limit = limitBytes;
  }

  /** Bytes that are held now. */
  get held(): number {
    return this.#held;
  }

  /** Waits until the bytes fit; the returned function gives them back, once however often it is called. */
  async acquire(bytes: number, signal: AbortSignal): Promise<() => void> {
    if (signal.aborted) throw new CanceledError("The wait for memory was stopped.");
    if (this.#waiting.length > 0 || !this.#fits(bytes)) await this.#wait(bytes, signal);
    else this.#held += bytes;
    let returned = false;
    return () => {
      if (returned) return;
      returned = true;
      this.#held -= bytes;
      this.#admitWaiting();
    };
  }

  #fits(bytes: number): boolean {
    return this.#held === 0 || this.#held + bytes <= this.#limit;
  }

  async #wait(weight: number, signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const waiter: Waiter = { weight, admit: resolve };
      const stop = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(waiter), 1);
        reject(new CanceledError("The wait for memory was stopped."));
        this.#admitWaiting();
      };
      waiter.admit = () => {
        signal.removeEventListener("abort", stop);
        resolve();
      };
      signal.addEventListener("abort", stop, { once: true });
      this.#waiting.push(waiter);
    });
  }

  #admitWaiting(): void {
    let next = this.#waiting[0];
    while (next && this.#fits(next.weight)) {
      this.#waiting.shift();
      this.#held += next.weight;
      next.admit();
      next = this.#waiting[0];
    }
  }
}
