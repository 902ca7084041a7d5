import type { UserAccess } from "../access/user-access.ts";
import { badRequest, malformedQuery } from "../core/salesforce-error.ts";
import type { FieldDefinition } from "../schema/field-definition.ts";
import { isId, isText } from "../schema/field-definition.ts";
import { fieldTable } from "../schema/field-table.ts";
import type { ObjectDefinition } from "../schema/object-definition.ts";
import type { FieldPath, From } from "./syntax.ts";
import { messageAt } from "./tokens.ts";

/** A row that a statement reads: that of its object, or a parent reached over a relationship. */
export interface Place {
  /** Undefined for a parent that may be of several objects: Salesforce's "Name". */
  readonly object: ObjectDefinition | undefined;
  readonly targets: readonly ObjectDefinition[];
  readonly alias: string;
  /** SQL of the row's id. */
  readonly idSql: string;
  /** Relationship names from the statement's object to here, as the API spells them. */
  readonly path: readonly string[];
}

/** A field that a path leads to. */
export interface ResolvedField {
  readonly place: Place;
  readonly field: FieldDefinition;
  readonly sql: string;
}

/** What the scopes of one statement share: who asks, the text for messages, and how many parents were reached so far. */
export interface StatementScope {
  readonly user: UserAccess;
  readonly text: string;
  aliases: number;
  /** Paths to parents that the statement follows, each counted once. */
  readonly relationships: Set<string>;
  /** Whether the answer depends on the time of day, through a date literal. */
  dependsOnTime: boolean;
  /** Names of the tables read, so that kept answers can be dropped when one of them changes. */
  readonly tables: Set<string>;
}

const maxLevels = 5;
const maxRelationships = 55;

/** Fields of "Name", the common face of all objects that an owner, a What or a Who may be (Object Reference, "Name"). */
const nameFields = fieldTable(`
  Id: id
  Name: string(255) name
  Type: picklist()
  Alias: string(8)
  Email: email
  FirstName: string(40)
  LastName: string(80)
  IsActive: boolean
  Phone: phone
  Title: string(80)
  Username: string(80)
  ProfileId: reference(Profile) rel=Profile
  UserRoleId: reference(UserRole) rel=UserRole
  RecordTypeId: reference(RecordType) rel=RecordType`);

/** One FROM with the parents that its paths reach, each joined once. */
export class Scope {
  readonly root: Place;
  readonly object: ObjectDefinition;
  readonly #statement: StatementScope;
  readonly #names: ReadonlySet<string>;
  /** Paths to parents by their aliases. */
  readonly #parents = new Map<string, readonly string[]>();
  readonly #places = new Map<string, Place>();
  readonly #joins: string[] = [];

  constructor(statement: StatementScope, object: ObjectDefinition, { alias, parents }: From) {
    this.#statement = statement;
    this.object = object;
    readsTable(statement, object);
    this.#names = new Set([object.name.toLowerCase(), ...(alias === undefined ? [] : [alias.toLowerCase()])]);
    for (const parent of parents) this.#parents.set(parent.alias.toLowerCase(), this.#expanded(parent.path.names));
    const sqlAlias = nextAlias(statement);
    this.root = { object, targets: [object], alias: sqlAlias, idSql: `${sqlAlias}."Id"`, path: [] };
  }

  /** `"Account" t0 LEFT JOIN …`, as far as paths were resolved until now. */
  fromSql(): string {
    return [`"${this.object.name}" ${this.root.alias}`, ...this.#joins].join(" ");
  }

  get joinCount(): number {
    return this.#joins.length;
  }

  get joins(): readonly string[] {
    return this.#joins;
  }

  /** The field at the end of a path such as `Owner.Name`, with an alias of the object in front or not. */
  resolve(path: FieldPath): ResolvedField {
    const names = this.#expanded(path.names);
    return this.fieldOf(this.#placeOf(names.slice(0, -1), path), names.at(-1) ?? "", path.at);
  }

  /** The parent that a path of relationships leads to. */
  place(relationships: readonly string[], at = 0): Place {
    let place = this.root;
    for (const step of relationships) place = this.#parent(place, step, at);
    return place;
  }

  fieldOf(place: Place, name: string, at = 0): ResolvedField {
    const field = this.#fieldAt(place, name, at);
    return { place, field, sql: placeFieldSql(place, field) };
  }

  /** Names with the alias of a parent in front replaced by the path that it stands for. */
  #expanded(names: readonly string[]): readonly string[] {
    const [first = "", ...rest] = names;
    const parent = rest.length === 0 ? undefined : this.#parents.get(first.toLowerCase());
    return parent === undefined ? names : [...parent, ...rest];
  }

  #placeOf(names: readonly string[], path: FieldPath): Place {
    let steps = names;
    const [first] = steps;
    if (
      first !== undefined &&
      this.#names.has(first.toLowerCase()) &&
      this.#reference(this.root, first) === undefined
    ) {
      steps = steps.slice(1);
    }
    if (steps.length > maxLevels) {
      throw malformedQuery(
        `SOQL statements cannot follow more than ${maxLevels} parent relationships: ${path.names.join(".")}`,
      );
    }
    return this.place(steps, path.at);
  }

  #fieldAt(place: Place, name: string, at: number): FieldDefinition {
    const field =
      place.object === undefined
        ? nameFields.find((candidate) => candidate.name.toLowerCase() === name.toLowerCase())
        : place.object.fieldsByName.get(name.toLowerCase());
    if (field !== undefined && (place.object === undefined || this.#statement.user.canRead(place.object, field))) {
      return field;
    }
    const entity = place.object?.name ?? "Name";
    throw this.#invalidField(
      at,
      `No such column '${name}' on entity '${entity}'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. Please reference your WSDL or the describe call for the appropriate names.`,
    );
  }

  #parent(place: Place, step: string, at: number): Place {
    const path = [...place.path, step];
    const key = path.join(".").toLowerCase();
    const known = this.#places.get(key);
    if (known !== undefined) return known;
    const field = this.#reference(place, step);
    if (field === undefined) {
      throw this.#invalidField(
        at,
        `Didn't understand relationship '${step}' in field path. If you are attempting to use a custom relationship, be sure to append the '__r' after the custom relationship name. Please reference your WSDL or the describe call for the appropriate names.`,
      );
    }
    const parent = this.#joined(place, field);
    this.#places.set(key, parent);
    this.#statement.relationships.add(`${this.object.name}:${key}`);
    if (this.#statement.relationships.size > maxRelationships) {
      throw malformedQuery(`SOQL statements cannot reference more than ${maxRelationships} relationships`);
    }
    return parent;
  }

  #reference(place: Place, step: string): FieldDefinition | undefined {
    const wanted = step.toLowerCase();
    const fields = place.object === undefined ? nameFields : place.object.fields;
    const field = fields.find((candidate) => candidate.relationshipName?.toLowerCase() === wanted);
    if (field === undefined) return undefined;
    if (place.object !== undefined && !this.#statement.user.canRead(place.object, field)) return undefined;
    return this.#targets(field).length === 0 ? undefined : field;
  }

  #targets(field: FieldDefinition): ObjectDefinition[] {
    return field.referenceTo.map((name) => this.#statement.user.object(name)).filter((object) => object !== undefined);
  }

  #joined(place: Place, field: FieldDefinition): Place {
    const foreignKey = placeFieldSql(place, field);
    const path = [...place.path, field.relationshipName ?? field.name];
    const targets = this.#targets(field);
    const [only] = targets;
    for (const target of targets) readsTable(this.#statement, target);
    if (only !== undefined && field.referenceTo.length === 1) {
      const alias = nextAlias(this.#statement);
      this.#joins.push(`LEFT JOIN "${only.name}" ${alias} ON ${alias}."Id" = ${foreignKey}`);
      return { object: only, targets: [only], alias, idSql: `${alias}."Id"`, path };
    }
    return { object: undefined, targets, alias: "", idSql: foreignKey, path };
  }

  #invalidField(at: number, message: string): Error {
    return badRequest("INVALID_FIELD", messageAt(this.#statement.text, at, message));
  }
}

/** Notes the object's table, and those that its formulas read. */
function readsTable({ tables }: StatementScope, object: ObjectDefinition): void {
  if (tables.has(object.name)) return;
  tables.add(object.name === "CaseFeed" ? "FeedItem" : object.name);
  for (const { formula } of object.fields) {
    for (const match of formula?.matchAll(/FROM "(?<table>\w+)"/gu) ?? []) tables.add(match.groups?.["table"] ?? "");
  }
}

function nextAlias(statement: StatementScope): string {
  const alias = `t${statement.aliases}`;
  statement.aliases += 1;
  return alias;
}

/** SQL of a field of a place. */
function placeFieldSql(place: Place, field: FieldDefinition): string {
  return place.object === undefined ? nameFieldSql(place, field) : fieldSql(place.alias, field);
}

/** SQL of a field of a table that goes by that alias. */
export function fieldSql(alias: string, field: FieldDefinition): string {
  if (field.formula === undefined) return `${alias}."${field.name}"`;
  const sql = field.formula.replaceAll(/\{(\w+)\}/gu, (_, column: string) => `${alias}."${column}"`);
  return isText(field.type) ? `(${sql} COLLATE NOCASE)` : sql;
}

function nameFieldSql(place: Place, field: FieldDefinition): string {
  if (field.name === "Id") return place.idSql;
  const branches = place.targets
    .map((target) => nameBranch(place, target, field))
    .filter((branch) => branch !== undefined)
    .join(" ");
  if (branches === "") return "NULL";
  const collation = isText(field.type) && !isId(field.type) ? " COLLATE NOCASE" : "";
  return `(CASE substr(${place.idSql}, 1, 3) ${branches} END${collation})`;
}

function nameBranch(place: Place, target: ObjectDefinition, field: FieldDefinition): string | undefined {
  if (field.name === "Type" && target.name !== "Group") return `WHEN '${target.prefix}' THEN '${target.name}'`;
  const own = field.name === "Name" ? target.nameField : target.fieldsByName.get(field.name.toLowerCase());
  if (own === undefined || (field.name !== "Type" && own.type !== field.type && field.name !== "Name"))
    return undefined;
  return `WHEN '${target.prefix}' THEN (SELECT ${fieldSql("n", own)} FROM "${target.name}" n WHERE n."Id" = ${place.idSql})`;
}
