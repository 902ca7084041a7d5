interface ClockSetting {
  /** In milliseconds. The clock continues from here unless it is frozen. */
  readonly at?: number;
  readonly frozen?: boolean;
}

/** The time of an org: real time unless it was set. */
export class SimulatedClock {
  readonly #realNow: () => number;
  #offset = 0;
  #frozenAt: number | undefined;

  constructor(realNow: () => number = Date.now) {
    this.#realNow = realNow;
  }

  /** Milliseconds since 1970. */
  readonly now = (): number => this.#frozenAt ?? this.#realNow() + this.#offset;

  /** The time for record timestamps, which Salesforce stores in whole seconds. */
  readonly stamp = (): number => Math.floor(this.now() / 1000) * 1000;

  set({ at = this.now(), frozen = false }: ClockSetting): void {
    this.#offset = at - this.#realNow();
    this.#frozenAt = frozen ? at : undefined;
  }

  reset(): void {
    this.#offset = 0;
    this.#frozenAt = undefined;
  }
}
