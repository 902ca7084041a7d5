import { type HttpResponse, json } from "../http/message.ts";

/** An error response of the OAuth endpoints. */
export class OAuthError extends Error {
  override readonly name = "OAuthError";
  readonly status: number;
  readonly error: string;

  constructor(error: string, description: string, status = 400) {
    super(description);
    this.error = error;
    this.status = status;
  }

  toResponse(): HttpResponse {
    return {
      ...json({ error: this.error, error_description: this.message }, this.status),
      headers: { "cache-control": "no-store", pragma: "no-cache" },
    };
  }
}
