import { SalesforceError } from "../core/salesforce-error.ts";
import { type HttpRequest, type HttpResponse, json } from "../http/message.ts";

interface ErrorParts {
  readonly status: number;
  readonly errorCode: string;
  readonly message: string;
  readonly fields?: readonly string[] | undefined;
}

/** Returns the error as XML if the client accepts XML, else as JSON. */
export function errorResponse(request: HttpRequest, { status, errorCode, message, fields }: ErrorParts): HttpResponse {
  if (/^(?:application|text)\/xml/iu.test(request.headers["accept"] ?? "")) {
    const escaped = message.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
    return {
      status,
      headers: { "content-type": "application/xml;charset=UTF-8" },
      body: `<?xml version="1.0" encoding="UTF-8"?><Errors><Error><errorCode>${errorCode}</errorCode><message>${escaped}</message></Error></Errors>`,
    };
  }
  return json([{ message, errorCode, ...(fields === undefined ? {} : { fields }) }], status);
}

/** The response to an error thrown by a handler. Calls `report` for bugs of the simulator. */
export function thrownErrorResponse(
  error: unknown,
  request: HttpRequest,
  report: (error: unknown) => void,
): HttpResponse {
  if (error instanceof SalesforceError) return errorResponse(request, error);
  report(error);
  return errorResponse(request, {
    status: 500,
    errorCode: "UNKNOWN_EXCEPTION",
    message: "An unexpected error occurred. Please include this ErrorId if you contact support: 0-0 (0)",
  });
}
