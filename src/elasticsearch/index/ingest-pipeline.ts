import type { estypes } from "@elastic/elasticsearch";
import { acknowledgedAnswer, inForm, type ElasticsearchClient } from "../client/elasticsearch-client.ts";
import type { PipelineSettings } from "../../connector/stored-connector.ts";
import { ElasticsearchPrivilegeError, ElasticsearchRequestError } from "../errors.ts";

/** The pipeline of a run. */
export interface ChosenPipeline {
  name: string;
  /** Also used for documents without file content, because a custom pipeline may change them. */
  forEveryDocument: boolean;
}

/** The pipelines that come with Elasticsearch. They do not change documents without file content. */
const builtIn = ["search-default-ingestion", "ent-search-generic-ingestion"];

/** The fields that the pipelines read and remove. */
const controlFields = [
  "_attachment",
  "_attachment_indexed_chars",
  "_extracted_attachment",
  "_extract_binary_content",
  "_reduce_whitespace",
  "_run_ml_inference",
];

/** The fields that tell the pipeline how to extract a file's text. */
export function pipelineFlags({
  extractBinaryContent,
  reduceWhitespace,
  runMlInference,
}: PipelineSettings): Record<string, unknown> {
  return {
    _extract_binary_content: extractBinaryContent,
    _reduce_whitespace: reduceWhitespace,
    _run_ml_inference: runMlInference,
    // The whole text: the default of the attachment processor is 100,000 characters.
    _attachment_indexed_chars: -1,
  };
}

/**
 * Chooses the pipeline of a run: the configured one, otherwise the one that comes with Elasticsearch, otherwise one created here with the same
 * effect. Without the privilege to read pipelines, the name is used unchecked.
 */
export async function choosePipeline(
  settings: PipelineSettings,
  { elasticsearch, signal }: { elasticsearch: ElasticsearchClient; signal: AbortSignal },
): Promise<ChosenPipeline> {
  const exists = (name: string): Promise<boolean | "unknown"> => pipelineExists(name, { elasticsearch, signal });
  if (settings.name !== undefined && !builtIn.includes(settings.name)) {
    if ((await exists(settings.name)) === false) {
      throw new ElasticsearchRequestError(404, `The ingest pipeline ${settings.name} does not exist.`, {
        hint: "Create it, or set pipeline.name to another one.",
      });
    }
    return { name: settings.name, forEveryDocument: true };
  }
  if (await lacksBuiltIn(settings, { elasticsearch, signal }))
    return { name: await createPipeline(settings, { elasticsearch, signal }), forEveryDocument: false };
  return { name: builtInName(settings), forEveryDocument: false };
}

/** True if the connector has no pipeline of its own and the cluster lacks the one that comes with Elasticsearch: a sync then creates one. */
export async function lacksBuiltIn(
  settings: PipelineSettings,
  context: { elasticsearch: ElasticsearchClient; signal: AbortSignal },
): Promise<boolean> {
  const name = builtInName(settings);
  return builtIn.includes(name) && (await pipelineExists(name, context)) === false;
}

function builtInName({ name }: PipelineSettings): string {
  return name ?? builtIn[0] ?? "";
}

async function pipelineExists(
  name: string,
  { elasticsearch, signal }: { elasticsearch: ElasticsearchClient; signal: AbortSignal },
): Promise<boolean | "unknown"> {
  try {
    const found = await elasticsearch.request(`looking for the ingest pipeline ${name}`, signal, (client, options) =>
      client.ingest.getPipeline({ id: name, filter_path: "*.version" }, { ...options, ignore: [404], meta: true }),
    );
    return found.statusCode !== 404;
  } catch (error) {
    if (error instanceof ElasticsearchPrivilegeError) return "unknown";
    throw error;
  }
}

async function createPipeline(
  { reduceWhitespace }: PipelineSettings,
  { elasticsearch, signal }: { elasticsearch: ElasticsearchClient; signal: AbortSignal },
): Promise<string> {
  const name = `salesforce-connector-ingestion${reduceWhitespace ? "" : "-as-is"}`;
  const pipeline = ownPipeline(reduceWhitespace);
  try {
    await elasticsearch.request(`creating the ingest pipeline ${name}`, signal, async (client, options) =>
      inForm(acknowledgedAnswer, await client.ingest.putPipeline({ id: name, ...pipeline }, options)),
    );
  } catch (error) {
    if (!(error instanceof ElasticsearchPrivilegeError)) throw error;
    throw new ElasticsearchPrivilegeError(
      `The cluster has no ingest pipeline ${builtIn[0] ?? ""}, and the API key lacks the privilege to create one.`,
      {
        cause: error,
        hint: "Add the cluster privilege manage_ingest_pipelines, or create a pipeline and set pipeline.name.",
      },
    );
  }
  return name;
}

/** Extracts the text of `_attachment` into `body`. No processor needs a script: each ignores missing fields. */
function ownPipeline(
  reduceWhitespace: boolean,
): Pick<estypes.IngestPutPipelineRequest, "description" | "processors" | "version"> {
  const whitespace: estypes.IngestProcessorContainer[] = [
    { gsub: { field: "body", pattern: "\\s+", replacement: " ", ignore_missing: true } },
    { trim: { field: "body", ignore_missing: true } },
  ];
  return {
    description: "Extracts the text of Salesforce files. Managed by the Salesforce connector.",
    version: 1,
    processors: [
      {
        attachment: {
          field: "_attachment",
          target_field: "_extracted_attachment",
          indexed_chars: -1,
          indexed_chars_field: "_attachment_indexed_chars",
          ignore_missing: true,
          on_failure: [
            {
              append: {
                field: "_ingestion_errors",
                value: [
                  "Processor 'attachment' in pipeline 'salesforce-connector-ingestion' could not read the file's content.",
                ],
              },
            },
          ],
        },
      },
      { set: { field: "body", copy_from: "_extracted_attachment.content", ignore_empty_value: true } },
      { gsub: { field: "body", pattern: "\uFFFD", replacement: "", ignore_missing: true } },
      ...(reduceWhitespace ? whitespace : []),
      { remove: { field: controlFields, ignore_missing: true } },
    ],
  };
}
