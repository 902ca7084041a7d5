import { beforeEach, describe, expect, it } from "vitest";
import { JobFixture, lostAfterMs, serviceType } from "../../test/support/job-fixture.ts";
import { newConnector, pendingJob } from "../../test/support/memory-stores.ts";
import { silentLogger } from "../core/logger.ts";
import { ConnectorService, type ConnectorServiceOptions } from "./connector-service.ts";
import { ConnectorReconciler } from "./connector-reconciler.ts";
import { JobScheduler } from "./job-scheduler.ts";
import type { StoredConnector } from "../connector/stored-connector.ts";
import { Worker } from "../jobs/worker.ts";

const pollIntervalMs = 1_000;

let fixture = new JobFixture();
let { clock, connectors, jobs, backend } = fixture;

beforeEach(() => {
  fixture = new JobFixture();
  ({ clock, connectors, jobs, backend } = fixture);
});

/** Runs a service for a while and stops it. */
async function serve(selection: ConnectorServiceOptions["selection"], forMs: number): Promise<void> {
  const stop = new AbortController();
  const { events } = fixture;
  const shared = { connectors, jobs, backend, events, serviceType, clock, log: silentLogger };
  const service = new ConnectorService({
    ...shared,
    selection,
    reconciler: new ConnectorReconciler({
      ...shared,
      scheduler: new JobScheduler({ connectors, jobs, log: silentLogger }),
      heartbeatMs: 300_000,
      recheckMs: 300_000,
    }),
    worker: new Worker({
      jobs,
      log: silentLogger,
      runner: fixture.newJobRunner(),
      concurrency: { content: 1, access_control: 1 },
    }),
    cleanup: fixture.newOrphanedJobCleanup(),
    pollIntervalMs,
    cleanupIntervalMs: 20_000,
  });
  const running = service.run(stop.signal);
  await clock.advance(forMs);
  stop.abort();
  await running;
}

function put(id: string, fields: Partial<StoredConnector> = {}): StoredConnector {
  const connector = newConnector(id, fields);
  connectors.put(connector);
  return connector;
}

const ask = (id: string, connector: StoredConnector) => pendingJob(connector, { id });

describe("a service", () => {
  it.each([serviceType, null])("runs the jobs of its connectors, with or without a service type (%s)", async (type) => {
    jobs.put(ask("j", put("one", { serviceType: type })));

    await serve({ ids: ["one"], serviceTypes: [] }, pollIntervalMs);

    expect(backend.runs.map(({ job }) => job.id)).toEqual(["j"]);
  });

  it("neither runs nor ends jobs of a connector with another service type, even if the file names it", async () => {
    const other = put("other", { serviceType: "sharepoint" });
    jobs.put(ask("waiting", other));
    jobs.put({ ...ask("running", other), status: "in_progress" });

    await serve({ ids: ["other"], serviceTypes: [] }, 2 * lostAfterMs);

    expect(backend.runs).toEqual([]);
    expect([jobs.read("waiting")?.status, jobs.read("running")?.status]).toEqual(["pending", "in_progress"]);
  });
});
