import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import type { Identity } from "../../access/identities.ts";
import type { JsonObject } from "../../core/json.ts";

const stored = z.object({
  query: z.object({
    template: z.object({ source: z.string(), params: z.record(z.string(), z.array(z.string())) }),
  }),
});

/** Tokens for documents below a role that has very many roles below it. */
const hierarchyToken = /:(?:internal:)?under:/u;

/** The part of an identity that its user holds already. `documentsChange`: documents may still name roles that were moved away. */
export function narrowed(
  identity: Identity,
  document: JsonObject,
  { documentsChange }: { documentsChange: boolean },
): Identity {
  const parsed = stored.safeParse(document);
  const held = new Set(parsed.success ? Object.values(parsed.data.query.template.params).flat() : []);
  const keep = (token: string): boolean => held.has(token) && !(documentsChange && hierarchyToken.test(token));
  return { ...identity, tokens: identity.tokens.filter(keep), masterTokens: identity.masterTokens.filter(keep) };
}

/**
 * Whether a stored identity finds something that its narrowed form does not, since it has other tokens or another query, or whether it is
 * found under another user's name or address.
 */
export function isWider(document: JsonObject, narrow: JsonObject): boolean {
  const [before, after] = [stored.safeParse(document), stored.safeParse(narrow)];
  if (!before.success || !after.success) return true;
  const kept = new Set(Object.values(after.data.query.template.params).flat());
  const tokens = Object.values(before.data.query.template.params).flat();
  if (!isDeepStrictEqual(document["identity"], narrow["identity"])) return true;
  return (
    before.data.query.template.source !== after.data.query.template.source || tokens.some((token) => !kept.has(token))
  );
}
