import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../src/core/json.ts";
import { encodeApiKey } from "../../support/privilege-proxy.ts";
import type { ApiKey } from "../../support/privilege-proxy-grants.ts";
import { useProtocol } from "../../support/protocol-fixture.ts";

// Connectors that are configured in the service's file, beside those of Kibana.

const fixture = useProtocol({ ids: ["both"] });
const secret = "simulator-admin";
const configuration = {
  domain: "acme",
  client_id: secret,
  client_secret: secret,
  standard_objects_to_sync: ["Campaign"],
};

describe("a connector of the file", () => {
  it("has a document without its secrets, and uses its own API key for its own index only", async () => {
    const index = fixture.indexOf("filed");
    const key: ApiKey = { id: "index-key", secret: "k3y", user: "elastic", cluster: ["monitor"], indices: [index] };
    fixture.privileges.grant(key);
    const entry = {
      connector_id: "filed",
      index_name: index,
      api_key: encodeApiKey(key),
      pipeline: { name: fixture.pipeline },
      scheduling: { incremental: "0 0 0 1 1 ?" },
      configuration,
    };

    await using service = await fixture.start("service", { connectors: [entry] });
    const connector = await fixture.connector("filed", ({ status }) => status === "connected");
    const job = await fixture.sync("filed");

    expect(service.isRunning).toBe(true);
    expect(connector).toMatchObject({
      name: "filed",
      service_type: "salesforce",
      index_name: index,
      is_native: false,
      error: null,
      scheduling: { full: { enabled: false }, incremental: { enabled: true, interval: "0 0 0 1 1 ?" } },
      configuration: {
        domain: { value: "acme" },
        client_id: { value: "", sensitive: true },
        client_secret: { value: "", sensitive: true },
        standard_objects_to_sync: { value: "Campaign" },
      },
    });
    expect(job).toMatchObject({ status: "completed", error: null });
    const documents = await fixture.documents("filed");
    expect(new Set([...documents.values()].map(({ object_type: type }) => type))).toContain("Campaign");
    for (const text of [connector, job, ...fixture.writes].map((written) => JSON.stringify(written))) {
      expect(text).not.toContain(secret);
      expect(text).not.toContain(entry.api_key);
    }
    const keysOf = (part: string): Set<string | undefined> =>
      new Set(fixture.privileges.passed.filter(({ path }) => path.includes(part)).map(({ keyId }) => keyId));
    expect(keysOf(`/${index}/`)).toEqual(new Set(["index-key"]));
    expect(keysOf("/.elastic-connectors")).toEqual(new Set(["service-key"]));
  });

  it("that Kibana has too runs with the file's configuration, with a warning that names the fields", async () => {
    const { kibana } = fixture;
    await fixture.create("both");
    {
      await using before = await fixture.start("before");
      await fixture.connector("both", ({ status }) => status === "needs_configuration");
      await kibana.saveConfiguration("both", {
        domain: "acme",
        client_id: "wrong",
        client_secret: "wrong",
        standard_objects_to_sync: "Lead, Account",
      });
      await fixture.connector("both", ({ status }) => status === "error");
      expect(before.isRunning).toBe(true);
    }

    await using service = await fixture.start("service", {
      connectors: [{ connector_id: "both", index_name: fixture.indexOf("both"), configuration }],
    });
    const line = JSON.parse(await service.waitForLog("differs from the configuration file")) as JsonObject;
    const connector = await fixture.connector("both", ({ status }) => status === "connected");
    await kibana.setPipeline("both", {
      name: fixture.pipeline,
      extract_binary_content: true,
      reduce_whitespace: true,
      run_ml_inference: false,
    });
    const job = await fixture.sync("both");

    expect(line).toMatchObject({
      "log.level": "warn",
      labels: { connector_id: "both", fields: '["standard_objects_to_sync"]' },
    });
    expect(connector.configuration).toMatchObject({
      client_id: { value: "wrong" },
      client_secret: { value: "wrong" },
      standard_objects_to_sync: { value: "Campaign" },
    });
    expect(job).toMatchObject({ status: "completed" });
    const types = [...(await fixture.documents("both")).values()].map(({ object_type: type }) => String(type));
    expect(types).toContain("Campaign");
    expect(types).not.toContain("Lead");
    expect(types).not.toContain("Account");
  });
});
