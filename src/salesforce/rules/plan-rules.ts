import { hash } from "node:crypto";
import { AdvancedRulesError, nameOfRule, type AdvancedRule } from "../../connector/rules/advanced-rules.ts";
import type { SourceObject } from "../../sync/ports.ts";
import type { ObjectDescription } from "../describe/org-description.ts";
import { fileLinks } from "../files/file-links.ts";
import { standardObjects } from "../objects/standard-objects.ts";
import type { RulePart } from "./resolve-rules.ts";
import { RuleFiles } from "./rule-files.ts";
import { RuleReader } from "./rule-reader.ts";
import { SearchReader } from "./search-reader.ts";
import { SelectionSchemas } from "./selection-schema.ts";
import { SchemaTree } from "./schema-tree.ts";
import { resolveRules, type RuleContext } from "./validate-rules.ts";

interface PlannedObject {
  description: ObjectDescription;
  tree: SchemaTree;
  parts: { rule: string; send: RulePart["send"] }[];
}

/** Added to every rule: documents have these fields even if the rule does not select them. */
const addedFields = new Map([
  ["Id", "keyword"],
  ["SystemModstamp", "date"],
  ["LastModifiedDate", "date"],
] as const);

/**
 * Validates the rules with Salesforce, and plans one reader for each object that they return.
 * @throws AdvancedRulesError with every problem found
 */
export async function planRules(
  rules: readonly AdvancedRule[],
  { files, ...context }: RuleContext & { files: boolean },
): Promise<readonly SourceObject[]> {
  const { resolved, problems } = await resolveRules(rules, context);
  if (problems.length > 0) throw new AdvancedRulesError(problems);
  const schemas = new SelectionSchemas(context.org);
  const objects = new Map<string, PlannedObject>();
  for (const { name: rule, parts } of resolved) {
    for (const { description, fields, aliases, send } of parts) {
      const planned = objects.get(description.name) ?? newObject(description);
      objects.set(description.name, planned);
      planned.parts.push({ rule, send });
      await schemas.add(fields, { description, aliases, tree: planned.tree });
    }
  }
  const { client, reader } = context;
  const links = files ? await RuleFiles.create(context.org, reader) : undefined;
  const queries = new Map(rules.map(({ query, language }, index) => [nameOfRule(index, language), query]));
  const searches = new SearchReader(client);
  return [...objects.values()].map(
    ({ description, tree, parts }) =>
      new RuleReader({
        object: description.name,
        idPrefix: description.idPrefix,
        selection: hash("sha256", JSON.stringify(parts.map(({ rule }) => queries.get(rule))), "base64url").slice(0, 16),
        schema: tree.schema,
        title: titleFields(description),
        parts,
        files: description.childRelationships.has(fileLinks.relationship) ? links : undefined,
        client,
        reader,
        searches,
      }),
  );
}

function newObject(description: ObjectDescription): PlannedObject {
  const tree = new SchemaTree();
  for (const [name, kind] of addedFields) if (description.fields.has(name)) tree.add([], { name, kind });
  return { description, tree, parts: [] };
}

/** A document's title: the title fields of a standard object, otherwise the object's name field. A rule may not select them. */
function titleFields({ name, fields }: ObjectDescription): readonly string[] {
  const standard = new Map(Object.entries(standardObjects)).get(name);
  return standard?.title ?? [...fields.values()].filter(({ nameField }) => nameField).map((field) => field.name);
}
