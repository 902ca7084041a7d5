import type { ErrorMonitorSettings } from "./bulk-settings.ts";
import { TooManyRefusalsError } from "../errors.ts";

/** Counts refused documents and says when there are too many: in all, in a row, or as a share of the last ones. */
export class ErrorMonitor {
  readonly #settings: ErrorMonitorSettings;
  /** The last outcomes, true for a refusal; a run starts with a window of successes, so that its first refusal is no high share. */
  readonly #window: boolean[];
  #position = 0;
  #total = 0;
  #consecutive = 0;
  #inWindow = 0;

  constructor(settings: ErrorMonitorSettings) {
    this.#settings = settings;
    this.#window = new Array<boolean>(settings.window).fill(false);
  }

  /** Counts one outcome; returns an error once there are more refusals than the settings allow. */
  count(refused: boolean): TooManyRefusalsError | undefined {
    this.#consecutive = refused ? this.#consecutive + 1 : 0;
    if (refused) this.#total++;
    this.#slide(refused);
    return this.#settings.enabled && refused ? this.#verdict() : undefined;
  }

  #slide(refused: boolean): void {
    if (this.#window.length === 0) return;
    if (this.#window[this.#position] === true) this.#inWindow--;
    if (refused) this.#inWindow++;
    this.#window[this.#position] = refused;
    this.#position = (this.#position + 1) % this.#window.length;
  }

  #verdict(): TooManyRefusalsError | undefined {
    const { maxTotal, maxConsecutive, maxRate, window } = this.#settings;
    if (this.#total > maxTotal) return tooMany(`${this.#total} documents`, "max_total_errors", maxTotal);
    if (this.#consecutive > maxConsecutive)
      return tooMany(`${this.#consecutive} documents in a row`, "max_consecutive_errors", maxConsecutive);
    if (window > 0 && this.#inWindow / window > maxRate)
      return tooMany(`${this.#inWindow} of the last ${window} documents`, "max_error_rate", maxRate);
    return undefined;
  }
}

function tooMany(what: string, setting: string, limit: number): TooManyRefusalsError {
  return new TooManyRefusalsError(
    `Elasticsearch refused ${what}; elasticsearch.bulk.error_monitor.${setting} allows ${limit}.`,
    {
      hint: "The report names refused documents with Elasticsearch's reason.",
    },
  );
}
