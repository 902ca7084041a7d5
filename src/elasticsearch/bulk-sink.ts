import PQueue from "p-queue";
import type { Client } from "@elastic/elasticsearch";
import type { Clock } from "../core/clock.ts";
import { toError } from "../core/errors.ts";
import type { Logger } from "../core/logger.ts";
import { retryDelay, type RetryPolicy } from "../core/retry.ts";
import type { WriteOperation } from "../sync/ports.ts";
import { bulkAnswerFilter, readBulkAnswer } from "./bulk-answer.ts";
import type { BulkSettings } from "./bulk-settings.ts";
import type { ElasticsearchCaller } from "./call.ts";
import { ErrorMonitor } from "./error-monitor.ts";
import { ElasticsearchUnavailableError, RequestTooLargeError } from "./errors.ts";

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

interface Pending {
  operation: WriteOperation;
  action: string;
  bytes: number;
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
  #batch: Pending[] = [];
  #batchBytes = 0;
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
    const pending = this.#toPending(operation);
    if (settings.maxDocumentBytes > 0 && pending.bytes > settings.maxDocumentBytes) {
      this.#refuse(
        operation,
        `it has ${pending.bytes} bytes, more than elasticsearch.bulk.max_text_document_size allows`,
      );
      return;
    }
    if (this.#batch.length > 0 && this.#batchBytes + pending.bytes > settings.maxBytes) this.#dispatch();
    this.#batch.push(pending);
    this.#batchBytes += pending.bytes;
    this.#unsettledBytes += pending.bytes;
    this.#unsettledDocuments++;
    if (this.#batch.length >= settings.maxDocuments || this.#batchBytes >= settings.maxBytes) this.#dispatch();
    while (this.#isFull()) {
      // What is held must be on its way, or nothing would ever make room.
      this.#dispatch();
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

  #toPending(operation: WriteOperation): Pending {
    const pipeline = operation.kind === "index" ? this.#options.pipelineFor(operation) : undefined;
    const target = { _id: operation.id, ...(pipeline === undefined ? {} : { pipeline }) };
    const action = JSON.stringify({ [operation.kind]: target });
    return { operation, action, bytes: action.length + Buffer.byteLength(operation.body) + 12 };
  }

  #dispatch(): void {
    if (this.#batch.length === 0) return;
    const batch = this.#batch;
    this.#batch = [];
    this.#batchBytes = 0;
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
  async #send(batch: readonly Pending[]): Promise<void> {
    const { clock, signal, log, settings } = this.#options;
    let left = batch;
    for (let attempt = 1; left.length > 0; attempt++) {
      if (this.#failure) return;
      left = await this.#sendOnce(left);
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
  }

  /** One request. Returns what must be sent again. */
  async #sendOnce(batch: readonly Pending[]): Promise<readonly Pending[]> {
    let body: unknown;
    try {
      body = await this.#request(batch);
    } catch (error) {
      if (!(error instanceof RequestTooLargeError)) throw error;
      return this.#sendInParts(batch, error);
    }
    const verdicts = readBulkAnswer(
      body,
      batch.map(({ operation }) => operation),
    );
    if (!verdicts)
      throw new ElasticsearchUnavailableError(
        "Elasticsearch answered a bulk request with something else than a verdict on each item.",
      );
    const again: Pending[] = [];
    batch.forEach((pending, position) => {
      const verdict = verdicts[position];
      if (verdict?.kind === "overloaded") again.push(pending);
      else if (verdict?.kind === "refused") this.#settleRefused(pending, verdict.reason);
      else this.#settleWritten(pending);
    });
    return again;
  }

  async #sendInParts(batch: readonly Pending[], error: RequestTooLargeError): Promise<readonly Pending[]> {
    const [only] = batch;
    if (batch.length === 1 && only) {
      this.#settleRefused(only, `${error.message} It has ${only.bytes} bytes.`);
      return [];
    }
    const half = Math.ceil(batch.length / 2);
    return [...(await this.#sendOnce(batch.slice(0, half))), ...(await this.#sendOnce(batch.slice(half)))];
  }

  async #request(batch: readonly Pending[]): Promise<unknown> {
    const { client, caller, index, signal } = this.#options;
    const operations = batch.flatMap(({ operation, action }) =>
      operation.kind === "delete" ? [action] : [action, source(operation)],
    );
    return caller.call(`writing to ${index}`, signal, (aborted) =>
      client.bulk({ index, operations, filter_path: bulkAnswerFilter }, { signal: aborted }),
    );
  }

  #settleWritten(pending: Pending): void {
    this.#lastProgress = this.#options.clock.now();
    this.#forget(pending);
    this.#monitor.count(false);
    if (this.#options.settings.logOperations) {
      this.#options.log.debug("document written", {
        operation: pending.operation.kind,
        document_id: pending.operation.id,
      });
    }
    pending.operation.settled({ written: true });
  }

  #settleRefused(pending: Pending, reason: string): void {
    this.#lastProgress = this.#options.clock.now();
    this.#forget(pending);
    this.#refuse(pending.operation, reason);
  }

  #refuse(operation: WriteOperation, reason: string): void {
    this.#options.log.warn("document refused", { operation: operation.kind, document_id: operation.id, reason });
    operation.settled({ written: false, reason });
    const verdict = this.#monitor.count(true);
    if (verdict) this.#fail(verdict);
  }

  #forget({ bytes }: Pending): void {
    this.#unsettledBytes -= bytes;
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

/** The line of a bulk request that follows its action. */
function source({ kind, body }: WriteOperation): string {
  return kind === "update" ? `{"doc":${body}}` : body;
}
