import { AppError, type ErrorDetails } from "../core/errors.ts";

/** Elasticsearch cannot be reached. */
export class ElasticsearchUnreachableError extends AppError {
  override readonly code = "elasticsearch_unreachable";
}

/** Elasticsearch is temporarily unavailable: overloaded, starting, or losing a node. */
export class ElasticsearchUnavailableError extends AppError {
  override readonly code = "elasticsearch_unavailable";

  constructor(message: string, details: Omit<ErrorDetails, "retryable"> = {}) {
    super(message, { ...details, retryable: true });
  }
}

/** A response exceeds a limit, or is not what Elasticsearch's API documents; a proxy may have sent it. */
export class ElasticsearchResponseError extends AppError {
  override readonly code = "elasticsearch_response";

  constructor(message: string, details: Omit<ErrorDetails, "retryable"> = {}) {
    super(message, { hint: "Check elasticsearch.host, and any proxy before it.", ...details, retryable: true });
  }
}

/** A disk of the cluster is so full that Elasticsearch blocks writes. It lifts the block when there is room again. */
export class ElasticsearchDiskError extends AppError {
  override readonly code = "elasticsearch_disk";

  constructor(doing: string, details: Pick<ErrorDetails, "cause"> = {}) {
    super(`Elasticsearch blocks ${doing}: a disk of the cluster is too full.`, {
      ...details,
      retryable: true,
      hint: "Free disk space or add a node; Elasticsearch lifts the block itself.",
    });
  }
}

const blockedByDisk = /flood-stage|disk usage exceeded|read-only-allow-delete|read-only \/ allow delete/;

/** Whether an error of Elasticsearch is the block of an index or of the cluster because of a full disk. */
export function isDiskBlock(type: string | undefined, reason: string | null | undefined): boolean {
  return type === "cluster_block_exception" && blockedByDisk.test(reason ?? "");
}

/** Elasticsearch refuses the credentials, or they lack a privilege. */
export class ElasticsearchPrivilegeError extends AppError {
  override readonly code = "elasticsearch_privilege";
}

/** The license of Elasticsearch does not include a feature that a request uses. */
export class ElasticsearchLicenseError extends AppError {
  override readonly code = "elasticsearch_license";

  /** `refused` describes the request; `feature` is Elasticsearch's name of the feature. */
  constructor(refused: string, feature: string) {
    const isRole = feature === "field and document level security";
    super(`The license of Elasticsearch does not include ${feature} (403, ${refused}).`, {
      hint: isRole
        ? "The role of the API key or user has a query or a list of fields. Give the service a key without them, or activate a license that includes document-level security."
        : "Do without the feature, or activate a license that includes it.",
    });
  }
}

/** Elasticsearch refused a request. */
export class ElasticsearchRequestError extends AppError {
  override readonly code = "elasticsearch_request";
  readonly status: number;

  constructor(status: number, message: string, details: ErrorDetails = {}) {
    super(message, details);
    this.status = status;
  }
}

/** The cluster is too old. */
export class ElasticsearchVersionError extends AppError {
  override readonly code = "elasticsearch_version";
}

/** A request is larger than http.max_content_length. */
export class RequestTooLargeError extends AppError {
  override readonly code = "elasticsearch_request_too_large";
}

/** The content index is unsuitable for a sync. */
export class ContentIndexError extends AppError {
  override readonly code = "content_index";
}

/** The content index was deleted, or replaced by another one, while a sync wrote to it. */
export class IndexGoneError extends AppError {
  override readonly code = "index_gone";

  constructor(index: string) {
    super(`The index ${index} was deleted or replaced while the sync wrote to it; the sync stopped writing.`, {
      hint: "Sync again: a missing index is created with the right mapping and filled. If another program created an index of that name, delete it first, or choose another index.",
    });
  }
}

/** Elasticsearch refused more documents than elasticsearch.bulk.error_monitor allows. */
export class TooManyRefusalsError extends AppError {
  override readonly code = "too_many_refusals";
}

/** A certificate file of the configuration cannot be read. */
export class CertificateFileError extends AppError {
  override readonly code = "certificate_file";
  override readonly exitCode = 2;
}

/** Elasticsearch quotes document content after these words. Content must not reach a report or a log. */
const quotes = [
  "Preview of field's value",
  "The prefix of the first immense term",
  "For input string",
  "original message",
  "Could not parse",
  "Cannot parse",
  "failed to parse date field [",
  "Current token",
  "Unexpected character",
  "Unrecognized token",
];

/** Elasticsearch's reason, cut before quoted document content. */
export function withoutValues(reason: string): string {
  const ends = quotes.map((quote) => reason.indexOf(quote)).filter((position) => position >= 0);
  return reason.slice(0, Math.min(300, ...ends)).trim();
}
