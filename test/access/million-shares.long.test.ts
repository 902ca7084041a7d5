import { expect, it } from "vitest";
import { startProcess } from "../../demo/processes.ts";
import { id } from "./large-org.ts";

const mebibyte = 1_048_576;

it("a million share rows, 300,000 accounts and 2,000 users are read in less than 384 MB", async () => {
  // The flags of src/main.ts.
  const flags = ["--semi-space-growth-factor=1", "--heap-growing-percent=50"];
  const { ended } = startProcess(process.execPath, [...flags, "test/access/read-million-shares.ts"]);

  const { exitCode, stdout, stderr } = await ended;

  expect(exitCode, stderr).toBe(0);
  const { fields, identities, peakRssBytes } = JSON.parse(stdout) as {
    fields: { _allow_access_control: string[] };
    identities: number;
    peakRssBytes: number;
  };
  // large-org.ts gives accounts the prefix a00.
  const org = id("00D", 1);
  expect(fields._allow_access_control).toContain(`${org}:a00:user:${id("005", 299_999 % 2_000)}`);
  expect(fields._allow_access_control).toContain(`${org}:a00:group:${id("00G", (299_999 * 31) % 1_000)}`);
  expect(identities).toBe(2_000);
  expect(peakRssBytes).toBeLessThan(384 * mebibyte);
}, 300_000);
