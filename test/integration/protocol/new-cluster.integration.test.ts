import { describe, expect, it } from "vitest";
import { credentials, useProtocol, type ProtocolFixture } from "../../support/protocol-fixture.ts";
import { ServiceFleet } from "../../support/service-process.ts";

// Clusters that never had a connector.

const few = { standard_objects_to_sync: "Campaign" };

/** The indices of the aliases of connectors and jobs, with their hidden setting. */
async function indicesOf({ client, kibana }: ProtocolFixture): Promise<unknown[]> {
  const { connectors, connectorsAlias, jobs, jobsAlias } = kibana.indices;
  const found: unknown[] = [];
  for (const [index, alias] of [
    [connectors, connectorsAlias],
    [jobs, jobsAlias],
  ] as const) {
    const { [index]: described } = await client.indices.get({ index: alias });
    found.push([described?.settings?.index?.hidden, described?.mappings?.dynamic]);
  }
  return found;
}

describe("a cluster that has Elasticsearch's templates", () => {
  const fixture = useProtocol({ ids: ["templates"], installed: "templates" });

  it("lets a connector be created before any service runs, and a service run it", async () => {
    await fixture.create("templates");

    await using service = await fixture.start();
    await fixture.connector("templates", ({ status }) => status === "needs_configuration");
    await fixture.kibana.saveConfiguration("templates", { ...credentials, ...few });
    await fixture.connector("templates", ({ status }) => status === "connected");
    const job = await fixture.sync("templates");

    expect(job.status).toBe("completed");
    expect(service.isRunning).toBe(true);
    expect(await indicesOf(fixture)).toEqual([
      ["true", "false"],
      ["true", "false"],
    ]);
  });
});

describe("an empty cluster", () => {
  const fixture = useProtocol({ ids: ["nothing"], installed: "nothing" });

  it("is set up by two services that start at once, and its connectors work", async () => {
    await using fleet = await ServiceFleet.start(["first", "second"], () => fixture.config());
    await fixture.passes(2);
    const made = await indicesOf(fixture);

    await fixture.connect("nothing", few);
    const job = await fixture.sync("nothing");

    expect(made).toEqual([
      ["true", "false"],
      ["true", "false"],
    ]);
    expect(job.status).toBe("completed");
    expect(fleet.services.map(({ isRunning }) => isRunning)).toEqual([true, true]);
  });
});
