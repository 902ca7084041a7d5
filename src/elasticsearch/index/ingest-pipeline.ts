import type { Client, estypes } from "@elastic/elasticsearch";
import type { ElasticsearchCaller } from "../client/elasticsearch-client.ts";
import { ElasticsearchPrivilegeError, ElasticsearchRequestError } from "../errors.ts";

/** How documents are prepared on their way in; Kibana shows these on a connector's page. */
export interface PipelineSettings {
  /** A pipeline of the operator's choice. */
  name?: string | undefined;
  extractBinaryContent: boolean;
  reduceWhitespace: boolean;
  runMlInference: boolean;
}

/** The pipeline that a run uses. */
export interface ChosenPipeline {
  name: string;
  /** Whether documents without file content need it as well: a pipeline of the operator's own may do anything. */
  forEveryDocument: boolean;
}

/** The pipelines that come with Elasticsearch; they do nothing to a document without file content. */
const builtIn = ["search-default-ingestion", "ent-search-generic-ingestion"];

/** What the pipelines take as their orders and remove again. */
const orders = [
  "_attachment",
  "_attachment_indexed_chars",
  "_extracted_attachment",
  "_extract_binary_content",
  "_reduce_whitespace",
  "_run_ml_inference",
];

/** The orders that go into a document whose file content is to be turned into text. */
export function pipelineOrders({
  extractBinaryContent,
  reduceWhitespace,
  runMlInference,
}: PipelineSettings): Record<string, unknown> {
  return {
    _extract_binary_content: extractBinaryContent,
    _reduce_whitespace: reduceWhitespace,
    _run_ml_inference: runMlInference,
    // All of the text: the attachment processor stops at 100,000 characters otherwise.
    _attachment_indexed_chars: -1,
  };
}

/**
 * Finds the pipeline for a run: the one that is named, else the one that comes with Elasticsearch, else one of ours with the same effect.
 * Whoever may not look at pipelines may still use them by name.
 */
export async function choosePipeline(
  settings: PipelineSettings,
  { client, caller, signal }: { client: Client; caller: ElasticsearchCaller; signal: AbortSignal },
): Promise<ChosenPipeline> {
  const exists = (name: string): Promise<boolean | "unknown"> => pipelineExists(name, { client, caller, signal });
  if (settings.name !== undefined && !builtIn.includes(settings.name)) {
    if ((await exists(settings.name)) === false) {
      throw new ElasticsearchRequestError(404, `The ingest pipeline ${settings.name} does not exist.`, {
        hint: "Create it, or name another one under pipeline.name.",
      });
    }
    return { name: settings.name, forEveryDocument: true };
  }
  const name = settings.name ?? builtIn[0] ?? "";
  if ((await exists(name)) !== false) return { name, forEveryDocument: false };
  return { name: await createFallback(settings, { client, caller, signal }), forEveryDocument: false };
}

async function pipelineExists(
  name: string,
  { client, caller, signal }: { client: Client; caller: ElasticsearchCaller; signal: AbortSignal },
): Promise<boolean | "unknown"> {
  try {
    const found = await caller.call(`looking for the ingest pipeline ${name}`, signal, (aborted) =>
      client.ingest.getPipeline({ id: name, filter_path: "*.version" }, { signal: aborted, ignore: [404], meta: true }),
    );
    return found.statusCode !== 404;
  } catch (error) {
    if (error instanceof ElasticsearchPrivilegeError) return "unknown";
    throw error;
  }
}

async function createFallback(
  { reduceWhitespace }: PipelineSettings,
  { client, caller, signal }: { client: Client; caller: ElasticsearchCaller; signal: AbortSignal },
): Promise<string> {
  const name = `salesforce-connector-ingestion${reduceWhitespace ? "" : "-as-is"}`;
  const pipeline = fallbackPipeline(reduceWhitespace);
  try {
    await caller.call(`creating the ingest pipeline ${name}`, signal, (aborted) =>
      client.ingest.putPipeline({ id: name, ...pipeline }, { signal: aborted }),
    );
  } catch (error) {
    if (!(error instanceof ElasticsearchPrivilegeError)) throw error;
    throw new ElasticsearchPrivilegeError(
      `The cluster has no ingest pipeline ${builtIn[0] ?? ""}, and the API key may not create one.`,
      {
        cause: error,
        hint: `Add the cluster privilege manage_ingest_pipelines, or create a pipeline and name it under pipeline.name.`,
      },
    );
  }
  return name;
}

/** The text of `_attachment` into `body`. No step asks a script whether it is wanted: each one ignores what is missing. */
function fallbackPipeline(
  reduceWhitespace: boolean,
): Pick<estypes.IngestPutPipelineRequest, "description" | "processors" | "version"> {
  const whitespace: estypes.IngestProcessorContainer[] = [
    { gsub: { field: "body", pattern: "\\s+", replacement: " ", ignore_missing: true } },
    { trim: { field: "body", ignore_missing: true } },
  ];
  return {
    description: "Turns the content of Salesforce files into text. Made and kept by the Salesforce connector.",
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
      { remove: { field: orders, ignore_missing: true } },
    ],
  };
}
