import { hash } from "node:crypto";
import type { FieldSchema } from "../../sync/ports.ts";
import {
  accessProperties,
  fieldCount,
  isObjectProperty,
  ownProperties,
  textProperty,
  toProperty,
  type MappingProperties,
  type MappingProperty,
} from "./mapping.ts";

// One index contains all objects, so a field name has one type. If the types of objects differ, the field becomes text. If one of them is an
// object with fields, or the index has the field with an incompatible type, the values go to `more_fields`. Fields over the
// index's limit go there too: a mapping that grows without bound makes Elasticsearch refuse documents.

/** The mapping changes for the documents of some objects. */
export interface MappingPlan {
  additions: MappingProperties;
  /** Top-level fields whose values go to `more_fields`, by object. */
  overflow: Map<string, Set<string>>;
  /** A value by object that changes when its fields are indexed differently. */
  versions: Map<string, string>;
  warnings: string[];
}

export interface MappingLimits {
  /** The current mapping; empty for a new index. */
  existing: MappingProperties;
  /** index.mapping.total_fields.limit */
  totalFields: number;
  /** With document-level security, documents have access fields. */
  secured?: boolean;
}

interface PlannedObject {
  name: string;
  schema: readonly FieldSchema[];
}

/** Reserved for fields of others, such as an ingest pipeline. */
const reservedFields = 50;

/** Plans the mapping for the documents of these objects. Earlier objects get their fields first. */
export function planMapping(objects: readonly PlannedObject[], limits: MappingLimits): MappingPlan {
  const plan: MappingPlan = { additions: {}, overflow: new Map(), versions: new Map(), warnings: [] };
  const planner = new MappingPlanner(limits, plan);
  planner.addOwn(ownProperties);
  if (limits.secured === true) planner.addOwn(accessProperties);
  for (const { name, schema } of objects) for (const field of schema) planner.add(name, field);
  planner.warn();
  for (const { name, schema } of objects) plan.versions.set(name, planner.version(name, schema));
  return plan;
}

class MappingPlanner {
  readonly #existing: MappingProperties;
  readonly #plan: MappingPlan;
  readonly #differing = new Set<string>();
  readonly #overBudget = new Set<string>();
  readonly #clashing = new Set<string>();
  #free: number;

  constructor({ existing, totalFields }: MappingLimits, plan: MappingPlan) {
    this.#existing = existing;
    this.#plan = plan;
    const used = Object.values(existing).reduce((count, property) => count + fieldCount(property), 0);
    this.#free = totalFields - reservedFields - used;
  }

  addOwn(properties: Readonly<MappingProperties>): void {
    for (const [name, property] of Object.entries(properties)) {
      if (this.#existing[name]) continue;
      this.#plan.additions[name] = property;
      this.#free -= fieldCount(property);
    }
  }

  add(object: string, field: FieldSchema): void {
    const wanted = toProperty(field);
    const existing = this.#existing[field.name];
    const planned = this.#plan.additions[field.name];
    const place = Object.hasOwn(ownProperties, field.name) ? undefined : combine(existing, planned, wanted);
    if (!place) {
      this.#overflow(object, field.name, this.#clashing);
      return;
    }
    const before = planned ? fieldCount(planned) : 0;
    const after = place.addition ? fieldCount(place.addition) : before;
    if (after - before > this.#free) {
      this.#overflow(object, field.name, this.#overBudget);
      return;
    }
    if (place.differs) this.#differing.add(field.name);
    if (place.addition) this.#plan.additions[field.name] = place.addition;
    this.#free -= after - before;
  }

  warn(): void {
    const say = (names: ReadonlySet<string>, text: (list: string) => string): void => {
      if (names.size > 0) this.#plan.warnings.push(text(shorten([...names].sort())));
    };
    say(this.#differing, (list) => `Fields with different types in different objects are indexed as text: ${list}.`);
    say(
      this.#clashing,
      (list) => `Fields that the index has with an incompatible type are indexed in more_fields: ${list}.`,
    );
    say(
      this.#overBudget,
      (list) =>
        `Fields over the limit of the index (index.mapping.total_fields.limit) are indexed in more_fields: ${list}.`,
    );
  }

  version(object: string, schema: readonly FieldSchema[]): string {
    const overflow = this.#plan.overflow.get(object);
    const fields = schema.map((field) => [
      field.name,
      overflow?.has(field.name) === true
        ? "more_fields"
        : indexedTypes(field, this.#existing[field.name], this.#plan.additions[field.name]),
    ]);
    return hash("sha256", JSON.stringify(fields), "base64url").slice(0, 8);
  }

  #overflow(object: string, field: string, because: Set<string>): void {
    because.add(field);
    const fields = this.#plan.overflow.get(object) ?? new Set();
    this.#plan.overflow.set(object, fields.add(field));
  }
}

interface Place {
  /** The property to add to the mapping; undefined if the index has it. */
  addition?: MappingProperty;
  /** The objects have different types for the field. */
  differs: boolean;
}

/** Combines a new property with the existing and the planned one of the same name. Undefined if its values would be refused. */
function combine(
  existing: MappingProperty | undefined,
  planned: MappingProperty | undefined,
  wanted: MappingProperty,
): Place | undefined {
  if (isObjectProperty(wanted)) return combineObjects(existing, planned, wanted);
  if ([existing, planned].some((property) => property && isObjectProperty(property))) return undefined;
  if (existing) return accepts(existing, wanted) ? { differs: false } : undefined;
  if (!planned || planned.type === wanted.type) return { addition: planned ?? wanted, differs: false };
  return { addition: textProperty, differs: true };
}

function combineObjects(
  existing: MappingProperty | undefined,
  planned: MappingProperty | undefined,
  wanted: MappingProperty,
): Place | undefined {
  if ([existing, planned].some((property) => property && !isObjectProperty(property))) return undefined;
  const additions: MappingProperties = { ...planned?.properties };
  let differs = false;
  for (const [name, property] of Object.entries(wanted.properties ?? {})) {
    const place = combine(existing?.properties?.[name], planned?.properties?.[name], property);
    if (!place) return undefined;
    if (place.addition) additions[name] = place.addition;
    differs ||= place.differs;
  }
  if (existing && Object.keys(additions).length === 0) return { differs };
  return { addition: { properties: additions }, differs };
}

/** True if a field of this type accepts values of the wanted type. */
function accepts({ type }: MappingProperty, wanted: MappingProperty): boolean {
  if (
    type === wanted.type ||
    type === "text" ||
    type === "keyword" ||
    type === "wildcard" ||
    type === "match_only_text"
  )
    return true;
  if (wanted.type === "long" || wanted.type === "double")
    return (
      /^(long|integer|double|float|scaled_float)$/.test(type ?? "") &&
      !(wanted.type === "double" && /^(long|integer)$/.test(type ?? ""))
    );
  return wanted.type === "date" && type === "date_nanos";
}

/** The types that a field's values are indexed with. The result is the same before and after the mapping is extended. */
function indexedTypes(
  { fields }: FieldSchema,
  existing: MappingProperty | undefined,
  added: MappingProperty | undefined,
): unknown {
  if (!fields) return existing?.type ?? added?.type;
  return fields.map((field) => [
    field.name,
    indexedTypes(field, existing?.properties?.[field.name], added?.properties?.[field.name]),
  ]);
}

function shorten(names: readonly string[]): string {
  return names.length <= 20 ? names.join(", ") : `${names.slice(0, 20).join(", ")} and ${names.length - 20} more`;
}
