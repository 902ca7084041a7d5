import type { ConnectorStore, StoredConnector } from "../connector/stored-connector.ts";
import type { Clock } from "../core/clock.ts";
import { CanceledError, describeError } from "../core/errors.ts";
import type { Logger } from "../core/logger.ts";
import type { OrphanedJobCleanup } from "../jobs/orphaned-job-cleanup.ts";
import type { Worker } from "../jobs/worker.ts";
import type { ConnectorReconciler } from "./connector-reconciler.ts";

export interface ConnectorServiceOptions {
  connectors: ConnectorStore;
  /** The connectors to run: by id, and all self-managed ones of these service types. */
  selection: { ids: readonly string[]; serviceTypes: readonly string[] };
  /** Jobs of connectors with another service type are not touched, even if the file names the connector. */
  serviceType: string;
  reconciler: ConnectorReconciler;
  worker: Worker;
  cleanup: OrphanedJobCleanup;
  clock: Clock;
  log: Logger;
  /** The interval of reconciling connectors and of looking for waiting jobs. */
  pollIntervalMs: number;
  /** The interval of looking for orphaned jobs. */
  cleanupIntervalMs: number;
  /** Called after each pass of a loop. */
  onPass?: () => void;
}

/**
 * The service: reconciles connectors, runs their jobs and releases orphaned jobs until the signal fires, then suspends its own jobs. Errors of one
 * connector, or a temporary outage of Elasticsearch, do not end it.
 */
export class ConnectorService {
  readonly #options: ConnectorServiceOptions;
  /** Connectors that are being reconciled: one with a slow org does not delay the others. */
  readonly #reconciling = new Map<string, Promise<void>>();
  readonly #missing = new Set<string>();

  constructor(options: ConnectorServiceOptions) {
    this.#options = options;
  }

  /** Runs until the signal fires and all work has ended. */
  async run(signal: AbortSignal): Promise<void> {
    const { worker, cleanup, pollIntervalMs, cleanupIntervalMs } = this.#options;
    await Promise.all([
      this.#repeat("reconciling connectors", { everyMs: pollIntervalMs, signal }, (connectors) => {
        for (const connector of connectors) this.#reconcile(connector, signal);
        this.#warnAboutMissing(connectors);
        return Promise.resolve();
      }),
      this.#repeat("claiming jobs", { everyMs: pollIntervalMs, signal }, (connectors) =>
        worker.poll(this.#ofOurType(connectors), signal),
      ),
      this.#repeat("releasing orphaned jobs", { everyMs: cleanupIntervalMs, signal }, (connectors) =>
        cleanup.run(this.#ofOurType(connectors), signal),
      ),
    ]);
    await Promise.all(this.#reconciling.values());
    await worker.ended();
  }

  /** A connector without a service type gets this service's. */
  #ofOurType(connectors: readonly StoredConnector[]): StoredConnector[] {
    return connectors.filter(({ serviceType }) => serviceType === null || serviceType === this.#options.serviceType);
  }

  #reconcile(connector: StoredConnector, signal: AbortSignal): void {
    const { id } = connector;
    if (this.#reconciling.has(id)) return;
    const pass = this.#attempt(`reconciling the connector ${id}`, signal, () =>
      this.#options.reconciler.reconcile(connector, signal),
    ).finally(() => this.#reconciling.delete(id));
    this.#reconciling.set(id, pass);
  }

  /** Warns once about a connector of the file that does not exist. */
  #warnAboutMissing(found: readonly StoredConnector[]): void {
    const { selection, log } = this.#options;
    for (const id of selection.ids) {
      const missing = !found.some((connector) => connector.id === id);
      if (missing && !this.#missing.has(id))
        log.warn("connector does not exist: create it in Kibana under this id, or add its configuration to the file", {
          connector_id: id,
        });
      if (missing) this.#missing.add(id);
      else this.#missing.delete(id);
    }
  }

  /** The current connectors. Those with known ids are read directly, because searches lag behind. */
  async #find(signal: AbortSignal): Promise<StoredConnector[]> {
    const { connectors, selection } = this.#options;
    const named = await Promise.all(selection.ids.map((id) => connectors.get(id, signal)));
    const ofType = await connectors.list({ ids: [], serviceTypes: selection.serviceTypes }, signal);
    const byId = new Map(ofType.map((connector) => [connector.id, connector]));
    for (const connector of named) if (connector) byId.set(connector.id, connector);
    return [...byId.values()];
  }

  async #repeat(
    task: string,
    { everyMs, signal }: { everyMs: number; signal: AbortSignal },
    work: (connectors: readonly StoredConnector[]) => Promise<void>,
  ): Promise<void> {
    const { clock } = this.#options;
    while (!signal.aborted) {
      await this.#attempt(task, signal, async () => work(await this.#find(signal)));
      this.#options.onPass?.();
      await clock.sleep(everyMs, signal).catch(() => undefined);
    }
  }

  /** Logs errors; the next pass retries. */
  async #attempt(task: string, signal: AbortSignal, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (signal.aborted || error instanceof CanceledError) return;
      this.#options.log.error("service task failed, retrying", { task, reason: describeError(error) });
    }
  }
}
