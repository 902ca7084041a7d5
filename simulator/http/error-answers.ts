import { ControlError } from "../control/control-error.ts";
import { OAuthError } from "../oauth/oauth-error.ts";
import { SalesforceError } from "../salesforce-error.ts";
import { type ApiRequest, type ApiResponse, json, UnsupportedMediaType } from "./api-request.ts";

/** The body of an error in the form that the client accepts: JSON, or XML where it asks for that. */
export function errorAnswer(request: ApiRequest, { status, errorCode, message, fields }: ErrorParts): ApiResponse {
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

interface ErrorParts {
  readonly status: number;
  readonly errorCode: string;
  readonly message: string;
  readonly fields?: readonly string[] | undefined;
}

/** The answer to whatever a handler threw. What nobody expected is reported through `report` and answered as Salesforce answers it. */
export function thrownAnswer(error: unknown, request: ApiRequest, report: (error: unknown) => void): ApiResponse {
  if (error instanceof SalesforceError) {
    const { status, errorCode, message, fields } = error;
    return errorAnswer(request, { status, errorCode, message, fields });
  }
  if (error instanceof OAuthError) {
    const answer = json({ error: error.error, error_description: error.message }, error.status);
    return { ...answer, headers: { "cache-control": "no-store", pragma: "no-cache" } };
  }
  if (error instanceof UnsupportedMediaType) {
    return errorAnswer(request, { status: 415, errorCode: "UNSUPPORTED_MEDIA_TYPE", message: error.message });
  }
  if (error instanceof ControlError) return json({ error: error.message }, 400);
  report(error);
  return errorAnswer(request, {
    status: 500,
    errorCode: "UNKNOWN_EXCEPTION",
    message: "An unexpected error occurred. Please include this ErrorId if you contact support: 0-0 (0)",
  });
}
