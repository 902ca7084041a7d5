import type { JsonObject } from "../../core/json.ts";
import type { BasicRule, RuleProblem } from "./basic-rule.ts";
import { documentTest } from "./compile-basic-rules.ts";

/**
 * Finds exclude rules that together exclude every document. A rule matches only documents that have its field, and documents that no rule matches are
 * included, so only rules on fields that every document has can exclude everything. The exclude rules before the first include rule are
 * tested against sample documents of all kinds. This is a heuristic, not a proof.
 */
export function findRulesThatExcludeEverything(rules: readonly BasicRule[]): RuleProblem[] {
  const firstInclude = rules.findIndex(({ policy }) => policy === "include");
  const excluding = (firstInclude < 0 ? rules : rules.slice(0, firstInclude)).flatMap((rule) => {
    const matches = documentTest(rule);
    return matches ? [{ id: rule.id, matches }] : [];
  });
  const ids = new Set<string>();
  for (const document of sampleDocuments()) {
    const first = excluding.find(({ matches }) => matches(document));
    if (!first) return [];
    ids.add(first.id);
  }
  return [{ ids: [...ids], messages: [message] }];
}

const message =
  "These rules exclude every document: nothing would be synced, and every document in the index would be deleted. Exclude less, or put include rules before them: the first rule that matches decides, and documents that no rule matches are included.";

/** Object types with their id prefixes. No rule contains the last name by chance. */
const objectTypes = {
  Account: "001",
  Contact: "003",
  Opportunity: "006",
  Lead: "00Q",
  Case: "500",
  Campaign: "701",
  ContentDocument: "069",
  Invoice__c: "a01",
  Qz7xk_Unheard__c: "aZ9",
};
const titles = ["Acme", "zürich 0815", "", null];
const hosts = ["https://acme.my.salesforce.com", "https://zeta--dev.sandbox.my.salesforce.com", "http://10.0.0.7:8085"];
const timestamps = [
  "1999-12-31T23:59:59.000Z",
  "2019-06-15T12:00:00.000Z",
  "2026-02-03T04:05:06.000Z",
  "2090-01-01T00:00:00.000Z",
];

function* sampleDocuments(): Generator<JsonObject> {
  for (const [objectType, prefix] of Object.entries(objectTypes)) {
    for (const title of titles) {
      for (const host of hosts) {
        for (const timestamp of timestamps) {
          const id = `${prefix}5g00000K3mQzAAJ`;
          yield { id, object_type: objectType, title, url: `${host}/${id}`, _timestamp: timestamp };
        }
      }
    }
  }
}
