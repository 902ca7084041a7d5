/** An error response: an HTTP status and an array of one error ("Status Codes and Error Responses", REST API). */
export class SalesforceError extends Error {
  override readonly name = "SalesforceError";
  readonly status: number;
  readonly errorCode: string;
  readonly fields: readonly string[] | undefined;

  constructor(status: number, errorCode: string, detail: string | { message: string; fields: readonly string[] }) {
    super(typeof detail === "string" ? detail : detail.message);
    this.status = status;
    this.errorCode = errorCode;
    this.fields = typeof detail === "string" ? undefined : detail.fields;
  }
}

export function badRequest(errorCode: string, message: string): SalesforceError {
  return new SalesforceError(400, errorCode, message);
}

export function malformedQuery(message: string): SalesforceError {
  return badRequest("MALFORMED_QUERY", message);
}

/** A 404 for a resource, record or object that does not exist or is not visible to the user. */
export function notFound(message = "The requested resource does not exist"): SalesforceError {
  return new SalesforceError(404, "NOT_FOUND", message);
}
