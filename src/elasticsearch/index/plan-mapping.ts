import { hash } from "node:crypto";
import type { FieldSchema } from "../../sync/ports.ts";
import {
  fieldCount,
  isObjectProperty,
  ownProperties,
  textProperty,
  toProperty,
  type MappingProperties,
  type MappingProperty,
} from "./mapping.ts";

// One index holds all objects, so a field name has one type. Where objects differ, text can hold both; where one of them is an object with
// fields of its own, or the index has the name with a type that would refuse the values, they go under `more_fields`. So does what is over
// the index's budget of fields: a mapping that grows without bound makes Elasticsearch refuse documents.

/** What an index must have for the documents of some objects. */
export interface MappingPlan {
  /** What is to be added to the mapping. */
  additions: MappingProperties;
  /** Top-level field names whose values go under `more_fields`, by object. */
  overflow: Map<string, Set<string>>;
  /** By object: changes when its fields are indexed in another way. */
  versions: Map<string, string>;
  warnings: string[];
}

/** What the plan has to reckon with. */
export interface MappingLimits {
  /** The mapping that the index has; empty for an index to be made. */
  existing: MappingProperties;
  /** index.mapping.total_fields.limit */
  totalFields: number;
}

interface PlannedObject {
  name: string;
  shape: readonly FieldSchema[];
}

/** Left free for whoever adds fields of their own, such as an ingest pipeline. */
const reservedFields = 50;

/** Plans the mapping for the documents of these objects; the first ones get their fields first. */
export function planMapping(objects: readonly PlannedObject[], limits: MappingLimits): MappingPlan {
  const plan: MappingPlan = { additions: {}, overflow: new Map(), versions: new Map(), warnings: [] };
  const planner = new MappingPlanner(limits, plan);
  planner.addOwn();
  for (const { name, shape } of objects) for (const field of shape) planner.add(name, field);
  planner.warn();
  for (const { name, shape } of objects) plan.versions.set(name, planner.version(name, shape));
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

  addOwn(): void {
    for (const [name, property] of Object.entries(ownProperties)) {
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
    say(
      this.#differing,
      (list) => `Fields that have different types in different objects are indexed as text: ${list}.`,
    );
    say(
      this.#clashing,
      (list) => `Fields whose name the index already has with another type are indexed under more_fields: ${list}.`,
    );
    say(
      this.#overBudget,
      (list) =>
        `Fields over the index's limit (index.mapping.total_fields.limit) are indexed under more_fields: ${list}.`,
    );
  }

  version(object: string, shape: readonly FieldSchema[]): string {
    const overflow = this.#plan.overflow.get(object);
    const fields = shape.map((field) => [
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
  /** The property to be put into the mapping, or nothing where the index has all of it. */
  addition?: MappingProperty;
  /** Whether objects disagree about the type. */
  differs: boolean;
}

/** How a wanted property fits to what the index has and to what is planned under its name; nothing where its values would be refused. */
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

/** Whether a field of this type takes the values of a wanted one. */
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

/**
 * The types that a field's values are indexed with, from what the index has and what is added to it: the same before and after the addition,
 * and whatever others put beside it.
 */
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
