import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseFieldValues } from "./field-values.ts";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "connector-settings-"));
  await writeFile(join(folder, "secret"), "open sesame\n");
});

afterAll(() => rm(folder, { recursive: true }));

describe("the settings of a new connector", () => {
  it("are read up to the first equals sign, and from files", async () => {
    const settings = ["domain=acme", "client_id=a=b", `client_secret=@${join(folder, "secret")}`];

    const { values } = await parseFieldValues(settings);

    expect(values).toEqual({ domain: "acme", client_id: "a=b", client_secret: "open sesame" });
  });

  it("report the secrets on the command line", async () => {
    const { exposedSecrets } = await parseFieldValues([
      "domain=acme",
      "client_id=id",
      `client_secret=@${join(folder, "secret")}`,
    ]);

    expect(exposedSecrets).toEqual(["client_id"]);
  });

  it("may begin with @", async () => {
    const { values, exposedSecrets } = await parseFieldValues(["client_secret=@@home"]);

    expect(values).toEqual({ client_secret: "@home" });
    expect(exposedSecrets).toEqual(["client_secret"]);
  });

  it.each([
    [["client_secrte=x"], "client_secrte is not a field of this connector.", "Did you mean client_secret?"],
    [["qqqqqqqqqq=x"], "qqqqqqqqqq is not a field of this connector.", "The fields are domain, client_id,"],
    [["domain=a", "domain=b"], "--set domain is given twice.", "Give it once."],
    [["domain="], "--set domain has no value.", "Omit it"],
    [
      ["client_id=@/nowhere/at/all"],
      "The file /nowhere/at/all for client_id cannot be read",
      "Check the path after @.",
    ],
  ])("are refused for %j", async (settings, message, hint) => {
    const refusal = parseFieldValues(settings);

    await expect(refusal).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining(message) as string,
      hint: expect.stringContaining(hint) as string,
    });
  });

  it("are not quoted if they have no key", async () => {
    await expect(parseFieldValues(["open sesame"])).rejects.toThrow(/^--set requires key=value\.$/);
  });
});
