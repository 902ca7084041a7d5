import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ConfigurationError } from "./errors.ts";
import { loadConfig, parseConfig } from "./load-config.ts";

const parse = (source: string, environment: Record<string, string> = {}) =>
  parseConfig(source, { file: "config.yml", environment });

function problems(source: string, environment: Record<string, string> = {}): string {
  try {
    parse(source, environment);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.message;
    throw error;
  }
  return "no problem";
}

describe("the configuration file", () => {
  it("does not show a misplaced value, because it may hold secrets", () => {
    expect(problems("api_key=s3cret\nclient_secret=s3cret")).toContain("must be settings by name; found text.");
    expect(problems("elasticsearch: [{ api_key: s3cret }]")).toContain(
      "line 1: elasticsearch must be settings by name; found a list.",
    );
    expect(problems("connectors: { connector_id: a, api_key: s3cret }")).toContain(
      "line 1: connectors must be a list; found settings by name.",
    );
    expect(problems("connectors: [{ connector_id: a, configuration: { client_secret: { value: s3cret } } }]")).toMatch(
      /client_secret is invalid .*; found settings by name\.$/,
    );
  });

  it("refuses two connectors with one index, which would remove each other's documents", () => {
    const source = `
connectors:
  - { connector_id: a, index_name: search-a }
  - { connector_id: b, index_name: search-b }
  - { connector_id: c, index_name: search-a }
`;

    expect(problems(source)).toContain("the connectors a and c have the same index_name, search-a");
    expect(problems(source.replace("connector_id: c", "connector_id: a"))).toBe("no problem");
  });

  it("accepts nested and dotted keys, also mixed", () => {
    const { config } = parse(`
elasticsearch.host: http://es:9200
elasticsearch:
  bulk.chunk_size: 7
  bulk:
    max_concurrency: 2
`);

    expect(config.elasticsearch.host).toBe("http://es:9200");
    expect(config.elasticsearch.bulk).toMatchObject({ chunk_size: 7, max_concurrency: 2, chunk_max_mem_size: 4 });
  });

  it("substitutes environment variables, with an optional default", () => {
    const { config } = parse(
      `
elasticsearch.host: \${ES_HOST}
elasticsearch.bulk.chunk_size: \${CHUNK|250}
elasticsearch.verify_certs: \${VERIFY|false}
connectors: [{ connector_id: "\${PREFIX}-\${NAME|main}" }]
`,
      { ES_HOST: "https://es.example.org", PREFIX: "a" },
    );

    expect(config.elasticsearch).toMatchObject({ host: "https://es.example.org", verify_certs: false });
    expect(config.elasticsearch.bulk.chunk_size).toBe(250);
    expect(config.connectors[0]?.connector_id).toBe("a-main");
  });

  it("expands an alias to the last node before it with that anchor", () => {
    const { config } = parse(`
elasticsearch: { username: &name first }
connectors:
  - { connector_id: *name, index_name: &name search-a }
  - { connector_id: *name, index_name: search-b }
`);

    expect(config.connectors.map((connector) => connector.connector_id)).toEqual(["first", "search-a"]);
  });

  it.each([
    ["elasticsearch: &a { bulk: *a }", "line 1: elasticsearch.bulk contains itself through the alias *a"],
    ["connectors: &a [*a]", "line 1: connectors[0] contains itself through the alias *a"],
    [
      "elasticsearch: &a { bulk: &b { retries: *a } }",
      "elasticsearch.bulk.retries contains itself through the alias *a",
    ],
  ])("refuses a value that contains itself: %s", (source, problem) => {
    expect(problems(source)).toContain(problem);
  });

  it("refuses aliases of aliases that expand to more values than fit into memory", () => {
    const tenOf = (value: string): string => `[${Array(10).fill(value).join(", ")}]`;
    const levels = "bcdefghij".split("").map((name, level) => `${name}: &${name} ${tenOf(`*${"abcdefghi"[level]}`)}`);
    const started = performance.now();

    const found = problems([`a: &a ${tenOf("x")}`, ...levels].join("\n"));

    expect(found).toContain("exceeds the 10000 values that aliases may repeat; write the values without aliases.");
    expect(performance.now() - started).toBeLessThan(1000);
  });

  it("never parses the value of a variable as YAML", () => {
    const { config } = parse("elasticsearch.username: ${NAME}", { NAME: "a: {b" });

    expect(config.elasticsearch.username).toBe("a: {b");
  });

  it("names a variable that is not set", () => {
    expect(problems("elasticsearch:\n  host: ${ES_HOST}")).toContain(
      "line 2: elasticsearch.host uses the environment variable ES_HOST, which is not set",
    );
  });

  it("names the nearest setting for an unknown one, with its line", () => {
    expect(problems("elasticsearch:\n  hots: http://es:9200\n")).toContain(
      "line 2: elasticsearch.hots is not a setting; did you mean host?",
    );
    expect(problems("service.log_levle: info")).toContain("did you mean log_level?");
  });

  it("reports every problem at once, with the allowed and the found value", () => {
    const message = problems(`
elasticsearch:
  host: es:9200
  bulk:
    chunk_size: many
    max_concurrency: 0
service:
  log_level: loud
connectors:
  - service_type: salesforce
  - connector_id: a
    index_name: Has Capitals
`);

    expect(message).toContain('elasticsearch.host must be a URL that starts with http:// or https://; found "es:9200"');
    expect(message).toContain('elasticsearch.bulk.chunk_size must be a whole number from 1 to 100000; found "many"');
    expect(message).toContain("elasticsearch.bulk.max_concurrency must be a whole number from 1 to 64; found 0");
    expect(message).toContain('service.log_level must be one of debug, info, warning, error, critical; found "loud"');
    expect(message).toContain("connectors[0].connector_id is missing");
    expect(message).toContain("connectors[1].index_name must be an index name");
  });

  it("refuses credentials in a URL without showing them", () => {
    const message = problems("elasticsearch.host: https://elastic:s3cret@es:9200");

    expect(message).toContain("elasticsearch.host must be a URL without a user name and password");
    expect(message).not.toContain("s3cret");
  });

  it("never shows a secret of the wrong type", () => {
    const message = problems("elasticsearch.api_key: [hidden-value]");

    expect(message).toContain("elasticsearch.api_key must be text");
    expect(message).not.toContain("hidden-value");
  });

  it("names the line of a YAML error", () => {
    expect(problems("elasticsearch:\n  host: [unclosed\n")).toMatch(/line \d+ is not YAML/);
  });

  it("refuses a setting that is set twice", () => {
    expect(problems("elasticsearch.host: http://a\nelasticsearch:\n  host: http://b\n")).toContain(
      "elasticsearch.host is set twice",
    );
  });

  it("accepts Elastic's settings that have no effect here, with a warning", () => {
    const { warnings } = parse("elasticsearch.feature_use_connectors_api: true\nsources: { jira: x }\n");

    expect(warnings).toEqual([
      expect.stringContaining("elasticsearch.feature_use_connectors_api has no effect"),
      expect.stringContaining("sources has no effect"),
    ]);
  });

  it("has no default credentials", () => {
    const { config } = parse("");

    expect(config.elasticsearch).not.toHaveProperty("username");
    expect(config.elasticsearch).not.toHaveProperty("password");
    expect(config.elasticsearch).not.toHaveProperty("api_key");
  });

  it("reads a numeric connector id as text, and keeps the last of two entries with one id", () => {
    const { config, warnings } = parse(
      "connectors: [{ connector_id: 7, index_name: a }, { connector_id: 7, index_name: b }]",
    );

    expect(config.connectors).toMatchObject([{ connector_id: "7", index_name: "b" }]);
    expect(warnings).toEqual([expect.stringContaining("connectors contains 7 twice")]);
  });

  it("accepts the deprecated form with one connector at the top level", () => {
    const { config, warnings } = parse("connector_id: old\nservice_type: salesforce\n");

    expect(config.connectors).toMatchObject([{ connector_id: "old", service_type: "salesforce" }]);
    expect(warnings).toEqual([expect.stringContaining("deprecated")]);
  });

  it("reports a missing file with advice", async () => {
    await expect(loadConfig("/nowhere/config.yml", {})).rejects.toMatchObject({
      exitCode: 2,
      message: "The configuration file /nowhere/config.yml does not exist.",
      hint: expect.stringContaining("config.example.yml") as string,
    });
  });

  it("is read from disk", async () => {
    const folder = await mkdtemp(join(tmpdir(), "config-"));
    await writeFile(join(folder, "config.yml"), "service.log_level: WARNING");

    const { config } = await loadConfig(join(folder, "config.yml"), {});

    expect(config.service.log_level).toBe("warning");
    await rm(folder, { recursive: true });
  });
});
