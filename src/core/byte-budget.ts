import { CanceledError } from "./errors.ts";

interface Waiter {
  weight: number;
  admit: () => void;
}

/** Bounds the bytes held in memory at once. Callers wait in order of arrival; an item larger than the whole budget is admitted alone. */
export class ByteBudget {
  readonly #limit: number;
  #held = 0;
  readonly #waiting: Waiter[] = [];

  constructor(limitBytes: number) {
    this.#limit = limitBytes;
  }

  get held(): number {
    return this.#held;
  }

  /** Waits until the bytes fit. The returned function releases them; calling it again does nothing. */
  async acquire(bytes: number, signal: AbortSignal): Promise<() => void> {
    if (signal.aborted) throw new CanceledError("The wait for memory was canceled.");
    if (this.#waiting.length > 0 || !this.#fits(bytes)) await this.#wait(bytes, signal);
    else this.#held += bytes;
    let released = false;
    return () => {
      if (released) return;
      released = true;
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
        reject(new CanceledError("The wait for memory was canceled."));
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
