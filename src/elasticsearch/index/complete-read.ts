import { z } from "zod";
import { ElasticsearchResponseError } from "../errors.ts";

/** The number of hits of a search that counts all of them. */
export const totalAnswer = z.object({ value: z.number() });

/**
 * Compares the documents of all pages with the number that the first page names. With documents missing, a sync would keep what it must delete
 * and leave access that it must take away.
 */
export class CompleteRead {
  readonly #index: string;
  #total: number | undefined;
  #read = 0;

  constructor(index: string) {
    this.#index = index;
  }

  /** Takes the hits of a page. Pages after the first one have no total. */
  add(hits: number, total: number | z.output<typeof totalAnswer> | undefined): void {
    this.#read += hits;
    this.#total ??= typeof total === "number" ? total : total?.value;
  }

  /** @throws ElasticsearchResponseError if documents are missing */
  end(): void {
    if (this.#read === this.#total) return;
    throw new ElasticsearchResponseError(
      `The responses of Elasticsearch to searches of ${this.#index} are incomplete: ${this.#read} of ${this.#total ?? 0} documents arrived.`,
    );
  }
}
