import { EventEmitter, once } from "node:events";
import { expect, describe, it } from "vitest";
import { silentLogger, type Logger } from "../../../src/core/logger.ts";
import { useSyncFixture } from "../../support/sync-fixture.ts";

// Elasticsearch sets the block `read_only_allow_delete` on an index when a disk is too full, and removes it when there is room again.

const fixture = useSyncFixture();

async function setBlock(blocked: true | null): Promise<void> {
  await fixture.client.indices.putSettings({
    index: fixture.index,
    settings: { "index.blocks.read_only_allow_delete": blocked },
  });
}

/** A logger whose warnings are events. */
function warningEvents(): { log: Logger; warnings: EventEmitter } {
  const warnings = new EventEmitter();
  const log: Logger = { ...silentLogger, warn: (text) => void warnings.emit(text), child: () => log };
  return { log, warnings };
}

async function changeAccount(name: string): Promise<string> {
  const [id = ""] = await fixture.editor.ids("SELECT Id FROM Account ORDER BY Id LIMIT 1");
  await fixture.editor.update("Account", id, { Name: name });
  return id;
}

describe("a sync while a disk of Elasticsearch is too full", () => {
  it("waits, says so, and goes on when the block is removed", async () => {
    await fixture.sync();
    const id = await changeAccount("Written later");
    const { log, warnings } = warningEvents();
    await setBlock(true);

    const waiting = once(warnings, "waiting to write documents, a disk of elasticsearch is too full");
    const running = fixture.sync({ log });
    await waiting;
    await setBlock(null);

    expect(await running).toMatchObject({ status: "completed", refusals: {} });
    expect((await fixture.documents()).get(id)).toMatchObject({ Name: "Written later" });
  });

  it("ends with an error that says so if the block stays, and the next sync writes what is missing", async () => {
    await fixture.sync();
    const before = await fixture.documents();
    const id = await changeAccount("Written by the next sync");
    await setBlock(true);

    const blocked = await fixture.sync({ settings: { "elasticsearch.bulk.queue_refresh_timeout": 1 } });
    await setBlock(null);
    const unchanged = await fixture.documents();
    const next = await fixture.sync();

    expect(blocked.status).toBe("error");
    expect(blocked.error).toMatch(/a disk of the cluster is too full\. Free disk space or add a node/);
    expect(unchanged).toEqual(before);
    expect(next).toMatchObject({ status: "completed", objects: { Account: { written: 1 } } });
    expect((await fixture.documents()).get(id)).toMatchObject({ Name: "Written by the next sync" });
  });
});
