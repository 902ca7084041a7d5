import { EventEmitter } from "node:events";
import { describe, expect, it } from "vitest";
import { MemoryIndex, MemorySource, record, sync } from "../../test/support/memory-ports.ts";
import { emitterOf, type RunIdentity, type ServiceEvents } from "./service-events.ts";

const run: RunIdentity = { jobId: "job", connectorId: "connector", indexName: "index", type: "full" };

const names = [
  "syncStarted",
  "objectPlanned",
  "pageRead",
  "batchWritten",
  "documentRefused",
  "objectFinished",
  "syncFinished",
] as const;

describe("the events of a sync", () => {
  it("name the run and follow its steps", async () => {
    const events = new EventEmitter<ServiceEvents>();
    const seen: string[] = [];
    for (const name of names) {
      events.on(name, (identity: RunIdentity) => {
        expect(identity).toEqual(run);
        seen.push(name);
      });
    }
    const source = new MemorySource();
    source.files = false;
    source.objects = { Account: ["0011", "0012", "0013"].map((id) => record(id)) };

    await sync(source, new MemoryIndex(), { emit: emitterOf(events, run) });

    expect(seen).toEqual(["syncStarted", "objectPlanned", "pageRead", "pageRead", "objectFinished", "syncFinished"]);
  });

  it("carry counts that are final when the object is finished, and the report", async () => {
    const events = new EventEmitter<ServiceEvents>();
    const finished: unknown[] = [];
    events.on("objectFinished", (_run, { object, counts }) => finished.push([object, counts.written, counts.refused]));
    events.on("syncFinished", (_run, { report }) => finished.push(report.status));
    const source = new MemorySource();
    source.files = false;
    source.objects = { Account: ["0011", "0012"].map((id) => record(id)) };
    const index = new MemoryIndex();
    index.refuse = new Set(["0012"]);

    await sync(source, index, { emit: emitterOf(events, run) });

    expect(finished).toEqual([["Account", 1, 1], "completed"]);
  });
});
