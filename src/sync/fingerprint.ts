import { hash } from "node:crypto";

/** Characters of a fingerprint: 96 bits, far more than is needed to tell two versions of one document apart. */
const length = 16;

/**
 * What tells whether a document changed: a hash of all that would be sent, and of how it would be indexed. Timestamps cannot: a renamed
 * owner, a formula, a child record or a new link moves none.
 */
export function fingerprint(json: string | Buffer, mappingVersion: string): string {
  return hash("sha256", mappingVersion + hash("sha256", json, "base64url"), "base64url").slice(0, length);
}
