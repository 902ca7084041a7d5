import type { Client, estypes } from "@elastic/elasticsearch";
import { afterAll, beforeAll, expect, it } from "vitest";
import { deleteIndices, uniqueIndexPrefix } from "../support/elasticsearch.ts";
import { connectorTemplates } from "../support/kibana-templates.ts";
import { sampleDocx, sampleText } from "../support/sample-files.ts";
import { describeSecured, keyWithRole, makeKey, securedClient } from "../support/secured-elasticsearch.ts";

// What a cluster has from the start: Elasticsearch's own templates and pipelines, and the languages that these are written in.

const prefix = uniqueIndexPrefix();
let admin: Client;

beforeAll(() => {
  admin = securedClient();
});

afterAll(async () => {
  await admin.indices.delete({ index: `.search-acl-filter-${prefix}content`, ignore_unavailable: true });
  await deleteIndices(admin, prefix);
  await admin.close();
});

/** What comes of a document. */
async function simulate(document: object, pipeline: Partial<estypes.IngestSimulateRequest>): Promise<unknown> {
  const { docs } = await admin.ingest.simulate({ ...pipeline, docs: [{ _source: document }] });
  return docs[0]?.doc?._source ?? docs[0]?.error;
}

describeSecured("the index templates", () => {
  it.each(["elastic-connectors", "elastic-connectors-sync-jobs"])(
    "give the indices of %s mapping, settings and alias",
    async (name) => {
      const { template } = await admin.indices.simulateIndexTemplate({ name: `.${name}-v1` });

      expect(template.settings.index).toMatchObject({
        hidden: "true",
        number_of_shards: "1",
        auto_expand_replicas: "0-1",
      });
      expect(Object.keys(template.aliases)).toEqual([`.${name}`]);
      expect(template.mappings).toMatchObject({ dynamic: "false" });
    },
  );

  it("map nothing that the tests' stand-in for Kibana does not map in the same way", async () => {
    const [connectors, jobs] = connectorTemplates("").map(({ template }) => template?.mappings?.properties ?? {});

    const real = await Promise.all(
      ["elastic-connectors", "elastic-connectors-sync-jobs"].map(async (name) => {
        const { template } = await admin.indices.simulateIndexTemplate({ name: `.${name}-v1` });
        return template.mappings.properties ?? {};
      }),
    );

    expect([connectors, jobs]).toMatchObject(real);
  });

  it("hide the index of identities and map only its field `created_at`", async () => {
    const index = `.search-acl-filter-${prefix}content`;
    await admin.index({ index, id: "ada", document: { created_at: "2026-01-01", identity: { user_id: "ada" } } });

    const { [index]: made } = await admin.indices.get({ index });

    expect(made?.settings?.index).toMatchObject({ hidden: "true" });
    expect(made?.mappings).toEqual({ dynamic: "false", properties: { created_at: { type: "date" } } });
  });
});

describeSecured("the pipeline search-default-ingestion", () => {
  const pipeline = { id: "search-default-ingestion" };
  const file = sampleDocx(` ${sampleText} \n\t Really�.`).toString("base64");

  it("turns a file into text, reduces whitespace if the document asks for it, and removes the control fields", async () => {
    const orders = { _extract_binary_content: true, _run_ml_inference: true, _attachment_indexed_chars: -1 };

    const tidied = await simulate({ title: "a", _attachment: file, ...orders, _reduce_whitespace: true }, pipeline);
    const asItIs = await simulate({ title: "a", _attachment: file, ...orders, _reduce_whitespace: false }, pipeline);

    expect(tidied).toEqual({ title: "a", body: `${sampleText} Really.` });
    expect(asItIs).toEqual({ title: "a", body: expect.stringMatching(/\s{2,}Really\./) as string });
  });

  it("extracts no text unless the document asks for it", async () => {
    expect(await simulate({ _attachment: file, _extract_binary_content: false }, pipeline)).toEqual({});
    expect(await simulate({ _attachment: file, _extract_binary_content: "true" }, pipeline)).toEqual({});
  });

  it("writes an ingestion error for a file that cannot be read, with the message of its template", async () => {
    const broken = await simulate({ _attachment: "%", _extract_binary_content: true }, pipeline);

    expect(broken).toMatchObject({
      _ingestion_errors: [
        expect.stringMatching(
          /^Processor 'attachment' in pipeline 'search-default-ingestion' failed with message '.+'$/,
        ),
      ],
    });
  });

  it("is the only one; the pipeline of older versions is installed on request only", async () => {
    const names = Object.keys(await admin.ingest.getPipeline());

    expect(names.filter((name) => !name.startsWith("test-"))).toEqual(["search-default-ingestion"]);
  });
});

describeSecured("a condition", () => {
  const setIf = (condition: string): Partial<estypes.IngestSimulateRequest> => ({
    pipeline: { processors: [{ set: { if: condition, field: "seen", value: true } }] },
  });

  it.each([
    ["ctx?._run_ml_inference == true", { _run_ml_inference: true }, true],
    ["ctx?._run_ml_inference == true", { _run_ml_inference: false }, false],
    ["ctx?._run_ml_inference == true", {}, false],
    ["ctx.flag == true", { flag: true }, true],
  ])("%s on %j is %s", async (condition, document, holds) => {
    const result = await simulate(document, setIf(condition));

    expect(result).toEqual(holds ? { ...document, seen: true } : document);
  });

  it.each(["ctx.flag", "ctx?.a?.b == true", "ctx.flag == 'true'", "ctx.flag == true || ctx.other == true", "true"])(
    "of another form is refused: %s",
    async (condition) => {
      await expect(simulate({}, setIf(condition))).rejects.toThrow(
        /conditions of the form \[ctx\?\.field == true\] only/,
      );
    },
  );
});

describeSecured("the template of a role's query", () => {
  it("can join values and read the user of the request", async () => {
    const index = `${prefix}joined`;
    await admin.bulk({
      refresh: true,
      operations: ["a", "b", "c"].flatMap((name) => [{ index: { _index: index } }, { name, owner: "elastic" }]),
    });
    const names = '{{#join delimiter=" "}}names{{/join delimiter=" "}}'.replaceAll('"', "'");
    const source = `{"bool":{"must":[{"match":{"name":"${names}"}},{"term":{"owner.keyword":"{{_user.username}}"}}]}}`;
    const indices = [
      { names: [index], privileges: ["read" as const], query: { template: { source, params: { names: ["a", "c"] } } } },
    ];
    const { encoded: apiKey } = await makeKey(admin, keyWithRole("joined", { indices }));
    const client = securedClient({ apiKey });

    const { hits } = await client.search<{ name: string }>({ index });
    await client.close();

    expect(hits.hits.map(({ _source }) => _source?.name).sort()).toEqual(["a", "c"]);
  });
});
