import { TooManyRefusalsError } from "../errors.ts";

/** When refused documents end a sync; elasticsearch.bulk.error_monitor in the configuration file. */
export interface ErrorMonitorSettings {
  enabled: boolean;
  maxTotal: number;
  maxConsecutive: number;
  maxRate: number;
  window: number;
}

/** Counts refused documents and reports when there are too many: in total, in a row, or as a share of the last documents. */
export class ErrorMonitor {
  readonly #settings: ErrorMonitorSettings;
  /** The last results, true for a refusal. A run starts with a window of successes, so that the first refusal is not a high share. */
  readonly #window: boolean[];
  #position = 0;
  #total = 0;
  #consecutive = 0;
  #inWindow = 0;

  constructor(settings: ErrorMonitorSettings) {
    this.#settings = settings;
    this.#window = new Array<boolean>(settings.window).fill(false);
  }

  /** Counts one result. Returns an error once there are more refusals than the settings allow. */
  count(refused: boolean): TooManyRefusalsError | undefined {
    this.#consecutive = refused ? this.#consecutive + 1 : 0;
    if (refused) this.#total++;
    this.#slide(refused);
    return this.#settings.enabled && refused ? this.#tooMany() : undefined;
  }

  #slide(refused: boolean): void {
    if (this.#window.length === 0) return;
    if (this.#window[this.#position] === true) this.#inWindow--;
    if (refused) this.#inWindow++;
    this.#window[this.#position] = refused;
    this.#position = (this.#position + 1) % this.#window.length;
  }

  #tooMany(): TooManyRefusalsError | undefined {
    const { maxTotal, maxConsecutive, maxRate, window } = this.#settings;
    if (this.#total > maxTotal) return tooManyError(`${this.#total} documents`, "max_total_errors", maxTotal);
    if (this.#consecutive > maxConsecutive)
      return tooManyError(`${this.#consecutive} documents in a row`, "max_consecutive_errors", maxConsecutive);
    if (window > 0 && this.#inWindow / window > maxRate)
      return tooManyError(`${this.#inWindow} of the last ${window} documents`, "max_error_rate", maxRate);
    return undefined;
  }
}

function tooManyError(what: string, setting: string, limit: number): TooManyRefusalsError {
  return new TooManyRefusalsError(
    `Elasticsearch refused ${what}; elasticsearch.bulk.error_monitor.${setting} allows ${limit}.`,
    {
      hint: "The report lists refused documents with Elasticsearch's reasons.",
    },
  );
}
