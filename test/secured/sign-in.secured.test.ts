import { writeFile } from "node:fs/promises";
import path from "node:path";
import type { Client } from "@elastic/elasticsearch";
import { afterAll, beforeAll, expect, it } from "vitest";
import { issueCertificate } from "../../embedded-elasticsearch/certificate-authority.ts";
import { ConfigFolder } from "../support/command-line.ts";
import { deleteIndices, uniqueIndexPrefix } from "../support/elasticsearch.ts";
import { describeSecured, kibanaKey, makeKey, securedClient, securedNode } from "../support/secured-elasticsearch.ts";
import { linesOf, SecuredService, type Settings } from "../support/secured-service.ts";

// How the service signs in at an Elasticsearch with security, over HTTPS.

const prefix = uniqueIndexPrefix();
const index = `${prefix}content`;
let admin: Client;
let service: SecuredService;
let folder: ConfigFolder;

beforeAll(async () => {
  admin = securedClient();
  service = await SecuredService.open();
  folder = await ConfigFolder.create();
});

afterAll(async () => {
  await service[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
  await deleteIndices(admin, prefix);
  await admin.close();
});

/** A key as Kibana makes it, in a configuration file. */
async function withKey(changes: object = {}): Promise<{ id: string; settings: Settings }> {
  const { id, encoded } = await makeKey(admin, { ...kibanaKey(index), ...changes });
  return { id, settings: { "elasticsearch.api_key": encoded } };
}

/** The line of `check` about the connection. */
async function connectionLine(settings: Settings): Promise<string> {
  const result = await service.run(["check"], index, settings);
  return linesOf(result).find((line) => line.includes(" Elasticsearch:")) ?? "";
}

const reached = /ok +Elasticsearch: version \d/;

describeSecured("signing in", () => {
  it("works with an API key, and with a user and a password", async () => {
    const { username, password } = securedNode();

    expect(await connectionLine((await withKey()).settings)).toMatch(reached);
    expect(await connectionLine({ "elasticsearch.username": username, "elasticsearch.password": password })).toMatch(
      reached,
    );
  });

  it("works with a key until it is invalidated", async () => {
    const { id, settings } = await withKey();

    const before = await service.run(["sync"], index, settings);
    await admin.security.invalidateApiKey({ ids: [id] });
    const after = await service.run(["sync"], index, settings);

    expect([before.exitCode, after.exitCode]).toEqual([0, 1]);
    expect(linesOf(after).filter((line) => line.includes("(401)"))).toEqual([
      expect.stringMatching(/invalidated.*Check elasticsearch\.api_key/),
    ]);
  });

  it("does not work with a key that has expired", async () => {
    const { settings } = await withKey({ expiration: "1ms" });

    const { exitCode, stderr } = await service.run(["sync"], index, settings);

    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/\(401\).*expired.*Check elasticsearch\.api_key/);
  });

  it.each<[string, Settings, string]>([
    [
      "a wrong password",
      { "elasticsearch.username": "elastic", "elasticsearch.password": "wrong-password" },
      "unable to authenticate user [elastic]",
    ],
    [
      "an unknown user",
      { "elasticsearch.username": "stranger", "elasticsearch.password": "wrong-password" },
      "unable to authenticate user [stranger]",
    ],
    ["no credentials", {}, "missing authentication credentials"],
  ])("says in one line that %s is the cause, and never the password", async (_name, settings, cause) => {
    const result = await service.run(["sync"], index, settings);

    expect(result.exitCode).toBe(1);
    expect(linesOf(result).filter((line) => line.includes(cause))).toHaveLength(1);
    expect(linesOf(result).join("\n")).not.toContain("wrong-password");
  });
});

describeSecured("the certificate", () => {
  it("is refused without its authority and with another one, and is accepted with `verify_certs: false`", async () => {
    const { settings } = await withKey();
    const foreign = path.join(folder.path, "foreign.crt");
    await writeFile(foreign, (await issueCertificate("Another authority")).ca);

    const without = await connectionLine({ ...settings, "elasticsearch.ca_certs": undefined });
    const withForeign = await connectionLine({ ...settings, "elasticsearch.ca_certs": foreign });
    const unseen = { "elasticsearch.ca_certs": undefined, "elasticsearch.verify_certs": false };

    for (const line of [without, withForeign])
      expect(line).toMatch(/FAILED .* cannot be reached: .*certificate.* ca_certs/);
    expect(await connectionLine({ ...settings, ...unseen })).toMatch(reached);
  });

  it("is checked against the name of the host", async () => {
    const { settings } = await withKey();
    const host = securedNode().url.replace("127.0.0.1", "127.0.0.2");

    const line = await connectionLine({ ...settings, "elasticsearch.host": host });

    expect(line).toMatch(/FAILED .* cannot be reached/);
  });
});
