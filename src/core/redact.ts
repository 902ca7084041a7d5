import { AppError } from "./errors.ts";
import { Secret } from "./secret.ts";

const redacted = "[redacted]";

/** Keys whose value is always hidden. */
const secretKeys = /secret|passw|pwd|token|api_?key|authorization|assertion|credential|cookie|private_?key/i;

/** Patterns of secrets in any text. */
const secretShapes = [
  // Salesforce session ids: the org's id, an exclamation mark, and a long tail.
  /\b00D[A-Za-z0-9]{12,15}![A-Za-z0-9._/+=-]{10,}/g,
  /\b(Bearer|Basic|ApiKey)\s+[A-Za-z0-9._~+/=-]{8,}/gi,
  // JSON Web Tokens.
  /\beyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]*/g,
  // PEM blocks with a private key.
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  // Credentials in a URL, and secrets in a query string or form body.
  /(?<=:\/\/[^/\s:@]*:)[^/\s@]+(?=@)/g,
  /(?<=\b(client_secret|access_token|refresh_token|oauth_token|password|assertion)=)[^&\s"']+/gi,
];

/** Replaces everything in the text that looks like a secret. */
export function redactText(text: string): string {
  return secretShapes.reduce((result, shape) => result.replace(shape, redacted), text);
}

/**
 * Copies log fields without secrets: by key, by pattern, and every `Secret`. Errors are reduced to name, code and message, because their other
 * properties may hold the failed request.
 */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === "string") return redactText(value);
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Secret) return redacted;
  if (depth > 6) return "[too deep]";
  if (value instanceof Error) return redactError(value);
  if (value instanceof Date) return value;
  if (Array.isArray(value)) return value.map((item) => redact(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      secretKeys.test(key) && item !== null && item !== undefined ? redacted : redact(item, depth + 1),
    ]),
  );
}

/** Only unexpected errors get a stack trace. */
function redactError(error: Error): Record<string, unknown> {
  return {
    type: error.name,
    ...("code" in error ? { code: error.code } : {}),
    message: redactText(error.message),
    ...(error instanceof AppError && error.hint !== undefined ? { hint: redactText(error.hint) } : {}),
    ...(error instanceof AppError ? {} : { stack_trace: redactText(error.stack ?? "") }),
    ...(error.cause instanceof Error ? { cause: redactText(error.cause.message) } : {}),
  };
}
