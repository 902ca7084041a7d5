import PQueue from "p-queue";
import type { Client } from "@elastic/elasticsearch";
import type { Clock } from "../../core/clock.ts";
import { toError } from "../../core/errors.ts";
import type { Logger } from "../../core/logger.ts";
import { retryDelay, type RetryPolicy } from "../../core/retry.ts";
import type { WriteOperation } from "../../sync/ports.ts";
import { bulkResponseFilter, readBulkResponse } from "./bulk-response.ts";
import { BulkBody, linesLength, type LineRange } from "./bulk-body.ts";
import type { BulkSettings } from "./bulk-settings.ts";
import type { ElasticsearchCaller } from "../client/elasticsearch-client.ts";
import { ErrorMonitor } from "./error-monitor.ts";
import { ElasticsearchUnavailableError, RequestTooLargeError } from "../errors.ts";

// write() ─▶ batch, bounded in documents and bytes ─▶ queue ─▶ so many requests at once ─▶ each item's verdict ─▶ settled()
//   ▲ waits while too many bytes or documents are unsettled        ▲ items refused for load come back here

/** What the sink is made of. */
export interface BulkSinkOptions {
  client: Client;
  caller: ElasticsearchCaller;
  index: string;
  settings: BulkSettings;
  /** The pipeline of an operation, by name, or none. */
  pipelineFor: (operation: WriteOperation) => string | undefined;
  clock: Clock;
  log: Logger;
  signal: AbortSignal;
}

/** An operation that waits for its verdict. Its document stands in the request's body alone. */
interface Pending extends Pick<WriteOperation, "kind" | "id" | "settled">, LineRange {}

interface Batch {
  body: BulkBody;
  pending: readonly Pending[];
}

/** Waits between attempts at items that were refused for load. How long it goes on is decided by `stallMs`. */
const overloadPolicy: RetryPolicy = { attempts: Infinity, baseMs: 500, capMs: 30_000, jitter: 0.5 };

/** Requests in a row that must succeed before one more may run at once. */
const successesToWiden = 10;

/** Writes documents by bulk requests. */
export class BulkSink {
  readonly #options: BulkSinkOptions;
  readonly #queue: PQueue;
  readonly #monitor: ErrorMonitor;
  #body: BulkBody | undefined;
  /** Bodies that were sent. Memory outside the heap is collected late; used again, there is as much of it as is on its way. */
  readonly #spareBodies: BulkBody[] = [];
  #pending: Pending[] = [];
  #unsettledBytes = 0;
  #unsettledDocuments = 0;
  #waiting: (() => void)[] = [];
  #failure: Error | undefined;
  #lastProgress: number;
  #successes = 0;

  constructor(options: BulkSinkOptions) {
    this.#options = options;
    this.#queue = new PQueue({ concurrency: options.settings.maxConcurrency });
    this.#monitor = new ErrorMonitor(options.settings.errorMonitor);
    this.#lastProgress = options.clock.now();
  }

  /** Takes an operation; waits while as much is unsettled as the settings allow. Rejects once writing has failed for good. */
  async write(operation: WriteOperation): Promise<void> {
    const { settings } = this.#options;
    this.#throwIfFailed();
    const action = this.#action(operation);
    const bytes = linesLength(action, operation.body);
    if (settings.maxDocumentBytes > 0 && bytes > settings.maxDocumentBytes) {
      this.#refuse(operation, `it has ${bytes} bytes, more than elasticsearch.bulk.max_text_document_size allows`);
      return;
    }
    if (this.#body && this.#body.length + bytes > settings.maxBytes) this.#dispatch();
    this.#add(operation, action);
    while (this.#isFull()) {
      // While requests are on their way, their answers make room, and this batch may still grow; otherwise nothing ever would.
      if (this.#queue.size + this.#queue.pending === 0) this.#dispatch();
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
      this.#throwIfFailed();
    }
  }

  /** Waits until every operation taken so far is settled. */
  async flush(): Promise<void> {
    this.#dispatch();
    await this.#queue.onIdle();
    this.#throwIfFailed();
  }

  #isFull(): boolean {
    const { queueMaxBytes, queueMaxDocuments } = this.#options.settings;
    return this.#unsettledBytes > queueMaxBytes || this.#unsettledDocuments > queueMaxDocuments;
  }

  #action(operation: WriteOperation): string {
    const pipeline = operation.kind === "index" ? this.#options.pipelineFor(operation) : undefined;
    return JSON.stringify({
      [operation.kind]: { _id: operation.id, ...(pipeline === undefined ? {} : { pipeline }) },
    });
  }

  #add(operation: WriteOperation, action: string): void {
    const { settings } = this.#options;
    this.#body ??= this.#spareBodies.pop() ?? new BulkBody(settings.maxBytes);
    const { from, to } = this.#body.add(operation, action);
    const { kind, id, settled } = operation;
    this.#pending.push({ kind, id, settled, from, to });
    this.#unsettledBytes += to - from;
    this.#unsettledDocuments++;
    if (this.#pending.length >= settings.maxDocuments || this.#body.length >= settings.maxBytes) this.#dispatch();
  }

  #dispatch(): void {
    if (!this.#body) return;
    const batch: Batch = { body: this.#body, pending: this.#pending };
    this.#body = undefined;
    this.#pending = [];
    void this.#queue.add(async () => {
      try {
        await this.#send(batch);
      } catch (error) {
        this.#fail(toError(error));
      }
      this.#release();
    });
  }

  /** Sends a batch, and again what was refused for load, until each item has its verdict. */
  async #send({ body, pending }: Batch): Promise<void> {
    const { clock, signal, log, settings } = this.#options;
    let left = pending;
    for (let attempt = 1; left.length > 0; attempt++) {
      if (this.#failure) return;
      left = await this.#sendOnce({ body, pending: left });
      if (left.length === 0) break;
      this.#narrow();
      if (clock.now() - this.#lastProgress > settings.stallMs) {
        throw new ElasticsearchUnavailableError(
          `Elasticsearch has accepted nothing for ${Math.round(settings.stallMs / 1000)} s.`,
          {
            hint: "Look at the load of the cluster; elasticsearch.bulk.queue_refresh_timeout says how long a sync waits.",
          },
        );
      }
      const waitMs = retryDelay(overloadPolicy, Math.min(attempt, 10), Math.random());
      log.warn("documents refused for load are sent again", { documents: left.length, attempt, waitMs });
      await clock.sleep(waitMs, signal);
    }
    this.#widen();
    body.clear();
    this.#spareBodies.push(body);
  }

  /** One request. Returns what must be sent again. */
  async #sendOnce(batch: Batch): Promise<readonly Pending[]> {
    let answer: unknown;
    try {
      answer = await this.#request(batch);
    } catch (error) {
      if (!(error instanceof RequestTooLargeError)) throw error;
      return this.#sendInParts(batch, error);
    }
    const verdicts = readBulkResponse(answer, batch.pending);
    if (!verdicts)
      throw new ElasticsearchUnavailableError(
        "Elasticsearch answered a bulk request with something else than a verdict on each item.",
      );
    const again: Pending[] = [];
    batch.pending.forEach((pending, position) => {
      const verdict = verdicts[position];
      if (verdict?.kind === "overloaded") again.push(pending);
      else if (verdict?.kind === "refused") this.#settleRefused(pending, verdict.reason);
      else this.#settleWritten(pending);
    });
    return again;
  }

  async #sendInParts({ body, pending }: Batch, error: RequestTooLargeError): Promise<readonly Pending[]> {
    const [only] = pending;
    if (pending.length === 1 && only) {
      this.#settleRefused(only, `${error.message} It has ${only.to - only.from} bytes.`);
      return [];
    }
    const half = Math.ceil(pending.length / 2);
    return [
      ...(await this.#sendOnce({ body, pending: pending.slice(0, half) })),
      ...(await this.#sendOnce({ body, pending: pending.slice(half) })),
    ];
  }

  async #request({ body, pending }: Batch): Promise<unknown> {
    const { client, caller, index, signal } = this.#options;
    const whole = pending.reduce((sum, range) => sum + range.to - range.from, 0) === body.length;
    const request = {
      method: "POST",
      path: `/${encodeURIComponent(index)}/_bulk`,
      querystring: { filter_path: bulkResponseFilter.join(",") },
      bulkBody: whole ? body.all() : body.only(pending),
    };
    // Not client.bulk(), which takes documents and not bytes.
    return caller.call(`writing to ${index}`, signal, (aborted) =>
      client.transport.request(request, { signal: aborted }),
    );
  }

  #settleWritten(pending: Pending): void {
    this.#lastProgress = this.#options.clock.now();
    this.#forget(pending);
    this.#monitor.count(false);
    if (this.#options.settings.logOperations) {
      this.#options.log.debug("document written", { operation: pending.kind, document_id: pending.id });
    }
    pending.settled({ written: true });
  }

  #settleRefused(pending: Pending, reason: string): void {
    this.#lastProgress = this.#options.clock.now();
    this.#forget(pending);
    this.#refuse(pending, reason);
  }

  #refuse({ kind, id, settled }: Pick<WriteOperation, "kind" | "id" | "settled">, reason: string): void {
    this.#options.log.warn("document refused", { operation: kind, document_id: id, reason });
    settled({ written: false, reason });
    const verdict = this.#monitor.count(true);
    if (verdict) this.#fail(verdict);
  }

  #forget({ from, to }: Pending): void {
    this.#unsettledBytes -= to - from;
    this.#unsettledDocuments--;
  }

  /** Elasticsearch has too much to do: fewer requests at once. */
  #narrow(): void {
    this.#successes = 0;
    this.#queue.concurrency = Math.max(1, this.#queue.concurrency - 1);
  }

  #widen(): void {
    if (++this.#successes < successesToWiden || this.#queue.concurrency >= this.#options.settings.maxConcurrency)
      return;
    this.#successes = 0;
    this.#queue.concurrency++;
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    this.#queue.clear();
    this.#release();
  }

  #release(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }

  #throwIfFailed(): void {
    if (this.#failure) throw this.#failure;
  }
}
