import { expect, it } from "vitest";
import { startScript } from "../../demo/processes.ts";
import { describeSecured, securedNode } from "../support/secured-elasticsearch.ts";

interface Report {
  readonly status: string;
  readonly error: string | null;
}

describeSecured("npm run demo", () => {
  it("syncs and searches an Elasticsearch with security, and prints how to sign in", async () => {
    const [major = ""] = securedNode().version.split(".");
    const args = ["--once", "--json", "--size", "tiny", "--version", major];

    const { stdout, stderr } = await startScript("demo/main.ts", args, { env: { ELASTICSEARCH_URL: undefined } }).ended;

    expect(JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as Report).toMatchObject({
      status: "completed",
      error: null,
    });
    expect(stderr).toMatch(/^Elasticsearch: https:\/\/127\.0\.0\.1:\d+ /m);
    expect(stderr).toMatch(/^User: {10}elastic, password changeme, certificate by \S+http_ca\.crt$/m);
    expect(stderr).toMatch(/Searching for “.+”:\n\n {2}\w+: .+\n/);
  });
});
