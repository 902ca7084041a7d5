import { AppError, type ErrorDetails } from "../core/errors.ts";

/** No connection to Elasticsearch comes about. */
export class ElasticsearchUnreachableError extends AppError {
  override readonly code = "elasticsearch_unreachable";
}

/** Elasticsearch cannot take the request now: overloaded, starting, or losing a node. Trying again may help. */
export class ElasticsearchUnavailableError extends AppError {
  override readonly code = "elasticsearch_unavailable";

  constructor(message: string, details: Omit<ErrorDetails, "retryable"> = {}) {
    super(message, { ...details, retryable: true });
  }
}

/** Elasticsearch refuses the credentials, or what they may do does not suffice. */
export class ElasticsearchPrivilegeError extends AppError {
  override readonly code = "elasticsearch_privilege";
}

/** Elasticsearch refused a request as such. */
export class ElasticsearchRequestError extends AppError {
  override readonly code = "elasticsearch_request";
  readonly status: number;

  constructor(status: number, message: string, details: ErrorDetails = {}) {
    super(message, details);
    this.status = status;
  }
}

/** The cluster is older than what this service needs of it. */
export class ElasticsearchVersionError extends AppError {
  override readonly code = "elasticsearch_version";
}

/** A request is larger than Elasticsearch takes (http.max_content_length). */
export class RequestTooLargeError extends AppError {
  override readonly code = "elasticsearch_request_too_large";
}

/** The index cannot hold what a sync must keep in it. */
export class ContentIndexError extends AppError {
  override readonly code = "content_index";
}

/** Elasticsearch refused more documents than elasticsearch.bulk.error_monitor allows. */
export class TooManyRefusalsError extends AppError {
  override readonly code = "too_many_refusals";
}

/** A certificate file that the configuration names cannot be read. */
export class CertificateFileError extends AppError {
  override readonly code = "certificate_file";
  override readonly exitCode = 2;
}
