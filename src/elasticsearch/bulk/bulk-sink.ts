import PQueue from "p-queue";
import type { Clock } from "../../core/clock.ts";
import { toError } from "../../core/errors.ts";
import type { Logger } from "../../core/logger.ts";
import { retryDelay, type RetryPolicy } from "../../core/retry.ts";
import type { WriteOperation } from "../../sync/ports.ts";
import type { EmitRunEvent } from "../../sync/service-events.ts";
import type { ElasticsearchClient } from "../client/elasticsearch-client.ts";
import {
  ElasticsearchDiskError,
  ElasticsearchLicenseError,
  ElasticsearchPrivilegeError,
  ElasticsearchResponseError,
  ElasticsearchUnavailableError,
  IndexGoneError,
  RequestTooLargeError,
} from "../errors.ts";
import { privilegeHint } from "../required-privileges.ts";
import { BulkBody, linesLength, type LineRange } from "./bulk-body.ts";
import { bulkResponseFilter, mappedOnly, readBulkResponse, type ItemResult } from "./bulk-response.ts";
import { ErrorMonitor, type ErrorMonitorSettings } from "./error-monitor.ts";

// write() ─▶ batch, bounded in documents and bytes ─▶ queue ─▶ concurrent requests ─▶ result of each item ─▶ acknowledged()
//   ▲ waits while too many bytes or documents are queued            ▲ overloaded items are sent again

/** Limits of writing; elasticsearch.bulk in the configuration file. */
export interface BulkSettings {
  maxDocuments: number;
  maxBytes: number;
  maxConcurrency: number;
  queueMaxDocuments: number;
  queueMaxBytes: number;
  /** The sync fails after this time without an accepted document. */
  stallMs: number;
  /** Larger documents are refused; 0 for no limit. */
  maxDocumentBytes: number;
  /** Log each id, at debug level. */
  logOperations: boolean;
  errorMonitor: ErrorMonitorSettings;
}

export interface BulkSinkOptions {
  elasticsearch: ElasticsearchClient;
  index: string;
  settings: BulkSettings;
  /** The pipeline of an operation, by name, or none. */
  pipelineFor: (operation: WriteOperation) => string | undefined;
  /** Called before each request; rejects if the index is gone. */
  requireIndex: () => Promise<void>;
  clock: Clock;
  log: Logger;
  emit: EmitRunEvent;
  signal: AbortSignal;
}

/** An operation that waits for its result. Its document is only in the request's body. */
interface Pending extends Pick<WriteOperation, "kind" | "id" | "acknowledged">, LineRange {}

interface Batch {
  body: BulkBody;
  pending: readonly Pending[];
}

/** Waits before overloaded items are sent again. `stallMs` limits how long this continues. */
const overloadPolicy: RetryPolicy = { attempts: Infinity, baseMs: 500, capMs: 30_000, jitter: 0.5 };

/** Successful requests in a row before one more may run at once. */
const successesToWiden = 10;

/** Writes documents with bulk requests. */
export class BulkSink {
  readonly #options: BulkSinkOptions;
  readonly #queue: PQueue;
  readonly #monitor: ErrorMonitor;
  #body: BulkBody | undefined;
  /** Sent bodies, reused because memory outside the heap is collected late. */
  readonly #spareBodies: BulkBody[] = [];
  #pending: Pending[] = [];
  #queuedBytes = 0;
  #queuedDocuments = 0;
  #waiting: (() => void)[] = [];
  #failure: Error | undefined;
  /** When Elasticsearch began to accept nothing. */
  #stalledSince: number | undefined;
  /** The last refusal was for a full disk. */
  #diskFull = false;
  #successes = 0;

  constructor(options: BulkSinkOptions) {
    this.#options = options;
    this.#queue = new PQueue({ concurrency: options.settings.maxConcurrency });
    this.#monitor = new ErrorMonitor(options.settings.errorMonitor);
  }

  /** Queues an operation; waits while the queue is full. Rejects once writing has failed for good. */
  async write(operation: WriteOperation): Promise<void> {
    const { settings } = this.#options;
    this.#throwIfFailed();
    const action = this.#action(operation);
    const bytes = linesLength(action, operation.body);
    if (settings.maxDocumentBytes > 0 && bytes > settings.maxDocumentBytes) {
      this.#refuse(operation, `it has ${bytes} bytes, more than elasticsearch.bulk.max_text_document_size`);
      return;
    }
    if (this.#body && this.#body.length + bytes > settings.maxBytes) this.#dispatch();
    this.#add(operation, action);
    while (this.#isFull()) {
      // Requests in progress will make room, and until then this batch may grow. Without any, this batch must be sent.
      if (this.#queue.size + this.#queue.pending === 0) this.#dispatch();
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
      this.#throwIfFailed();
    }
  }

  /** Waits until every queued operation is acknowledged. */
  async flush(): Promise<void> {
    this.#dispatch();
    await this.#queue.onIdle();
    this.#throwIfFailed();
  }

  #isFull(): boolean {
    const { queueMaxBytes, queueMaxDocuments } = this.#options.settings;
    return this.#queuedBytes > queueMaxBytes || this.#queuedDocuments > queueMaxDocuments;
  }

  #action(operation: WriteOperation): string {
    const pipeline = operation.kind === "index" ? this.#options.pipelineFor(operation) : undefined;
    return JSON.stringify({
      [operation.kind]: {
        _id: operation.id,
        ...(pipeline === undefined ? {} : { pipeline }),
        ...(operation.kind === "index" ? mappedOnly : {}),
      },
    });
  }

  #add(operation: WriteOperation, action: string): void {
    const { settings } = this.#options;
    this.#body ??= this.#spareBodies.pop() ?? new BulkBody(settings.maxBytes);
    const { from, to } = this.#body.add(operation, action);
    const { kind, id, acknowledged } = operation;
    this.#pending.push({ kind, id, acknowledged, from, to });
    this.#queuedBytes += to - from;
    this.#queuedDocuments++;
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

  /** Sends a batch, and its overloaded items again, until each item has a result. */
  async #send({ body, pending }: Batch): Promise<void> {
    const { clock, signal, log, settings } = this.#options;
    let left = pending;
    for (let attempt = 1; left.length > 0; attempt++) {
      if (this.#failure) return;
      left = await this.#sendOnce({ body, pending: left });
      if (left.length === 0) break;
      this.#narrow();
      this.#stalledSince ??= clock.now();
      if (clock.now() - this.#stalledSince > settings.stallMs) {
        if (this.#diskFull) throw new ElasticsearchDiskError(`writing to ${this.#options.index}`);
        throw new ElasticsearchUnavailableError(
          `Elasticsearch has accepted nothing for ${Math.round(settings.stallMs / 1000)} s.`,
          {
            hint: "Check the load of the cluster; elasticsearch.bulk.queue_refresh_timeout sets the limit.",
          },
        );
      }
      const waitMs = retryDelay(overloadPolicy, Math.min(attempt, 10), Math.random());
      const text = this.#diskFull
        ? "waiting to write documents, a disk of elasticsearch is too full"
        : "resending documents, elasticsearch is overloaded";
      log.warn(text, { documents: left.length, attempt, waitMs });
      await clock.sleep(waitMs, signal);
    }
    this.#widen();
    body.clear();
    this.#spareBodies.push(body);
  }

  /** Sends one request. Returns the overloaded items. */
  async #sendOnce(batch: Batch): Promise<readonly Pending[]> {
    let results: readonly ItemResult[];
    try {
      results = await this.#request(batch);
    } catch (error) {
      if (!(error instanceof RequestTooLargeError)) throw error;
      return this.#sendInParts(batch, error);
    }
    const again: Pending[] = [];
    this.#diskFull = results.some((result) => result.kind === "overloaded" && result.disk === true);
    batch.pending.forEach((pending, position) => {
      const result = results[position];
      if (result?.kind === "overloaded") again.push(pending);
      else if (result?.kind === "refused") this.#acknowledgeRefused(pending, result.reason);
      else if (result?.kind === "denied") this.#deny(pending, result);
      else if (result?.kind === "index_gone") this.#loseIndex(pending);
      else this.#acknowledgeWritten(pending);
    });
    return again;
  }

  async #sendInParts({ body, pending }: Batch, error: RequestTooLargeError): Promise<readonly Pending[]> {
    const [only] = pending;
    if (pending.length === 1 && only) {
      this.#acknowledgeRefused(only, `${error.message} It has ${only.to - only.from} bytes.`);
      return [];
    }
    const half = Math.ceil(pending.length / 2);
    return [
      ...(await this.#sendOnce({ body, pending: pending.slice(0, half) })),
      ...(await this.#sendOnce({ body, pending: pending.slice(half) })),
    ];
  }

  async #request({ body, pending }: Batch): Promise<readonly ItemResult[]> {
    const { elasticsearch, index, signal, emit } = this.#options;
    const whole = pending.reduce((sum, range) => sum + range.to - range.from, 0) === body.length;
    const request = {
      method: "POST",
      path: `/${encodeURIComponent(index)}/_bulk`,
      querystring: { filter_path: bulkResponseFilter.join(",") },
      bulkBody: whole ? body.all() : body.only(pending),
    };
    await this.#options.requireIndex();
    // client.bulk() takes documents, not bytes.
    const { results } = await elasticsearch.request(`writing to ${index}`, signal, async (client, options) => {
      const found = readBulkResponse(await client.transport.request(request, options), pending);
      if (found) return { results: found };
      throw new ElasticsearchResponseError(
        `Elasticsearch answered a bulk request to ${index} without a result for each item.`,
      );
    });
    emit("batchWritten", { documents: pending.length, bytes: request.bulkBody.length });
    return results;
  }

  #acknowledgeWritten(pending: Pending): void {
    this.#stalledSince = undefined;
    this.#dequeue(pending);
    this.#monitor.count(false);
    if (this.#options.settings.logOperations) {
      this.#options.log.debug("document written", { operation: pending.kind, document_id: pending.id });
    }
    pending.acknowledged({ written: true });
  }

  #acknowledgeRefused(pending: Pending, reason: string): void {
    this.#stalledSince = undefined;
    this.#dequeue(pending);
    this.#refuse(pending, reason);
  }

  /** A missing privilege or license ends the sync: other documents would be refused too. */
  #deny(pending: Pending, { reason, unlicensed }: { reason: string; unlicensed: string | undefined }): void {
    this.#acknowledgeRefused(pending, reason);
    const { index } = this.#options;
    if (unlicensed !== undefined) this.#fail(new ElasticsearchLicenseError(`writing to ${index}`, unlicensed));
    this.#fail(
      new ElasticsearchPrivilegeError(`Elasticsearch does not allow writing to ${index} (403): ${reason}.`, {
        hint: privilegeHint,
      }),
    );
  }

  /** Not counted as refused: the document is not at fault. */
  #loseIndex(pending: Pending): void {
    this.#dequeue(pending);
    this.#fail(new IndexGoneError(this.#options.index));
  }

  #refuse({ kind, id, acknowledged }: Pick<WriteOperation, "kind" | "id" | "acknowledged">, reason: string): void {
    const { log, emit } = this.#options;
    log.warn("document refused", { operation: kind, document_id: id, reason });
    emit("documentRefused", { id, reason });
    acknowledged({ written: false, reason });
    const tooMany = this.#monitor.count(true);
    if (tooMany) this.#fail(tooMany);
  }

  #dequeue({ from, to }: Pending): void {
    this.#queuedBytes -= to - from;
    this.#queuedDocuments--;
  }

  /** Elasticsearch is overloaded: fewer requests at once. */
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
