import { hash } from "node:crypto";
import { AdvancedRulesError, nameOfRule, type AdvancedRule } from "../../connector/rules/advanced-rules.ts";
import type { SourceObject } from "../../sync/ports.ts";
import type { ObjectDescription } from "../describe/org-description.ts";
import { fileLinks } from "../files/file-links.ts";
import { standardObjects } from "../objects/standard-objects.ts";
import { readRule } from "./read-rules.ts";
import { resolveRule, type ResolvedRule, type RulePart } from "./resolve-rules.ts";
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
  permissionFields: Set<string>;
}

interface PlanContext extends Omit<RuleContext, "security"> {
  files: boolean;
  /** Whether the documents are secured. */
  secured: boolean;
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
  context: PlanContext,
): Promise<readonly SourceObject[]> {
  const security = context.secured ? { withoutFields: new Set<string>() } : undefined;
  const { resolved, problems } = await resolveRules(rules, { ...context, security });
  if (problems.length > 0) throw new AdvancedRulesError(problems);
  const links = context.files ? await RuleFiles.create(context.org, context.reader) : undefined;
  return new RulePlanner(rules, { ...context, links }).readers(resolved);
}

class RulePlanner {
  readonly #rules: readonly AdvancedRule[];
  readonly #context: Omit<PlanContext, "files"> & { links: RuleFiles | undefined };

  constructor(rules: readonly AdvancedRule[], context: Omit<PlanContext, "files"> & { links: RuleFiles | undefined }) {
    this.#rules = rules;
    this.#context = context;
  }

  async readers(resolved: readonly ResolvedRule[]): Promise<RuleReader[]> {
    return [...(await this.#objects(resolved)).values()].map((planned) => this.#reader(planned));
  }

  async #objects(resolved: readonly ResolvedRule[]): Promise<Map<string, PlannedObject>> {
    const schemas = new SelectionSchemas(this.#context.org);
    const objects = new Map<string, PlannedObject>();
    for (const { name: rule, parts } of resolved) {
      for (const { description, fields, aliases, permissionFields, send } of parts) {
        const planned = objects.get(description.name) ?? newObject(description);
        objects.set(description.name, planned);
        planned.parts.push({ rule, send });
        for (const field of permissionFields) planned.permissionFields.add(field);
        await schemas.add(fields, { description, aliases, tree: planned.tree });
      }
    }
    return objects;
  }

  #reader({ description, tree, parts, permissionFields }: PlannedObject): RuleReader {
    const { client, reader, links } = this.#context;
    const queries = new Map(this.#rules.map(({ query, language }, index) => [nameOfRule(index, language), query]));
    return new RuleReader({
      object: description.name,
      idPrefix: description.idPrefix,
      selection: hash("sha256", JSON.stringify(parts.map(({ rule }) => queries.get(rule))), "base64url").slice(0, 16),
      schema: tree.schema,
      title: titleFields(description),
      parts,
      permissionFields: [...permissionFields],
      withoutFields: (hidden) => this.#without(description.name, hidden),
      files: description.childRelationships.has(fileLinks.relationship) ? links : undefined,
      client,
      reader,
      searches: new SearchReader(client),
    });
  }

  /** Rewrites the rules anew: they were validated before. */
  async #without(object: string, withoutFields: ReadonlySet<string>): Promise<SourceObject> {
    const { org, reader } = this.#context;
    const resolved: ResolvedRule[] = [];
    for (const [index, rule] of this.#rules.entries()) {
      const read = readRule(rule, index);
      if ("message" in read) throw new AdvancedRulesError([read]);
      resolved.push(await resolveRule(read, { org, maxBytes: reader.maxStatementBytes, security: { withoutFields } }));
    }
    const planned = (await this.#objects(resolved)).get(object);
    if (planned === undefined) throw new AdvancedRulesError([{ message: `${object} is no longer visible.` }]);
    return this.#reader(planned);
  }
}

function newObject(description: ObjectDescription): PlannedObject {
  const tree = new SchemaTree();
  for (const [name, kind] of addedFields) if (description.fields.has(name)) tree.add([], { name, kind });
  return { description, tree, parts: [], permissionFields: new Set() };
}

/** A document's title: the title fields of a standard object, otherwise the object's name field. A rule may not select them. */
function titleFields({ name, fields }: ObjectDescription): readonly string[] {
  const standard = new Map(Object.entries(standardObjects)).get(name);
  return standard?.title ?? [...fields.values()].filter(({ nameField }) => nameField).map((field) => field.name);
}
