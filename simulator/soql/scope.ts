import { hasSharingSettings } from "../access/record-access.ts";
import type { RowVisibility } from "../access/row-visibility.ts";
import type { UserAccess } from "../access/user-access.ts";
import { badRequest, malformedQuery } from "../core/salesforce-error.ts";
import type { FieldDefinition } from "../schema/field-definition.ts";
import { isId, isText } from "../schema/field-definition.ts";
import { viewSources } from "../schema/views.ts";
import { fieldTable } from "../schema/field-table.ts";
import { accessColumns, userRecordAccess } from "../schema/objects/user-record-access.ts";
import type { ObjectDefinition } from "../schema/object-definition.ts";
import type { FieldPath, From } from "./syntax.ts";
import { messageAt } from "./tokens.ts";

/** The object of a statement, or a parent at the end of a relationship path. */
export interface RowSource {
  /** Undefined for a polymorphic parent, which has the fields of "Name". */
  readonly object: ObjectDefinition | undefined;
  readonly targets: readonly ObjectDefinition[];
  readonly alias: string;
  /** The SQL expression of the row's id. */
  readonly idSql: string;
  /** The relationships from the statement's object to this one. */
  readonly path: readonly string[];
}

export interface ResolvedField {
  readonly source: RowSource;
  readonly field: FieldDefinition;
  readonly sql: string;
}

/** State shared by all scopes of a statement. */
export interface StatementState {
  readonly user: UserAccess;
  readonly visibility: RowVisibility;
  readonly text: string;
  aliases: number;
  /** The distinct paths to parents. */
  readonly relationships: Set<string>;
  /** True if the statement contains a date literal. */
  dependsOnTime: boolean;
  /** The tables that the statement reads. Cached pages are invalid when one of them changes. */
  readonly tables: Set<string>;
}

const maxLevels = 5;
const maxRelationships = 55;

/** The fields of a polymorphic parent (Object Reference, "Name"). */
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

/** Resolves the field paths of one FROM clause. Each parent is joined once. */
export class Scope {
  readonly root: RowSource;
  readonly object: ObjectDefinition;
  readonly #statement: StatementState;
  readonly #names: ReadonlySet<string>;
  /** Paths to parents by their aliases. */
  readonly #parents = new Map<string, readonly string[]>();
  readonly #sources = new Map<string, RowSource>();
  readonly #joins: string[] = [];

  constructor(statement: StatementState, object: ObjectDefinition, { alias, parents }: From) {
    this.#statement = statement;
    this.object = object;
    addTables(statement, object);
    this.#names = new Set([object.name.toLowerCase(), ...(alias === undefined ? [] : [alias.toLowerCase()])]);
    for (const parent of parents) this.#parents.set(parent.alias.toLowerCase(), this.#expanded(parent.path.names));
    const sqlAlias = nextAlias(statement);
    this.root = { object, targets: [object], alias: sqlAlias, idSql: `${sqlAlias}."Id"`, path: [] };
  }

  /** `"Account" t0 LEFT JOIN …`, with the joins of all paths resolved so far. */
  fromSql(): string {
    return [`"${this.object.name}" ${this.root.alias}`, ...this.#joins].join(" ");
  }

  /** The condition for the rows that the user may read, or undefined if the user may read all rows. */
  visibleSql(): string | undefined {
    return visibleCondition(this.#statement, this.object, this.root.alias);
  }

  get joins(): readonly string[] {
    return this.#joins;
  }

  /** Finds the field of a path such as `Owner.Name`. The path can begin with the name or alias of the object. */
  resolve(path: FieldPath): ResolvedField {
    const names = this.#expanded(path.names);
    return this.fieldOf(this.#sourceOf(names.slice(0, -1), path), names.at(-1) ?? "", path.at);
  }

  source(relationships: readonly string[], at = 0): RowSource {
    let source = this.root;
    for (const step of relationships) source = this.#parent(source, step, at);
    return source;
  }

  fieldOf(source: RowSource, name: string, at = 0): ResolvedField {
    const field = this.#fieldAt(source, name, at);
    return { source, field, sql: sourceFieldSql(source, field) };
  }

  /** Replaces the alias of a parent with its path. */
  #expanded(names: readonly string[]): readonly string[] {
    const [first = "", ...rest] = names;
    const parent = rest.length === 0 ? undefined : this.#parents.get(first.toLowerCase());
    return parent === undefined ? names : [...parent, ...rest];
  }

  #sourceOf(names: readonly string[], path: FieldPath): RowSource {
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
    return this.source(steps, path.at);
  }

  #fieldAt(source: RowSource, name: string, at: number): FieldDefinition {
    const field =
      source.object === undefined
        ? nameFields.find((candidate) => candidate.name.toLowerCase() === name.toLowerCase())
        : source.object.fieldsByName.get(name.toLowerCase());
    if (field !== undefined && (source.object === undefined || this.#statement.user.canRead(source.object, field))) {
      return field;
    }
    const entity = source.object?.name ?? "Name";
    throw this.#invalidField(
      at,
      `No such column '${name}' on entity '${entity}'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. Please reference your WSDL or the describe call for the appropriate names.`,
    );
  }

  #parent(source: RowSource, step: string, at: number): RowSource {
    const path = [...source.path, step];
    const key = path.join(".").toLowerCase();
    const known = this.#sources.get(key);
    if (known !== undefined) return known;
    const access = this.#accessOf(source, path);
    if (access !== undefined) {
      this.#sources.set(key, access);
      return access;
    }
    const field = this.#reference(source, step);
    if (field === undefined) {
      throw this.#invalidField(
        at,
        `Didn't understand relationship '${step}' in field path. If you are attempting to use a custom relationship, be sure to append the '__r' after the custom relationship name. Please reference your WSDL or the describe call for the appropriate names.`,
      );
    }
    const parent = this.#joined(source, field);
    this.#sources.set(key, parent);
    this.#statement.relationships.add(`${this.object.name}:${key}`);
    if (this.#statement.relationships.size > maxRelationships) {
      throw malformedQuery(`SOQL statements cannot reference more than ${maxRelationships} relationships`);
    }
    return parent;
  }

  /** UserRecordAccess as a parent of each record (Object Reference, "UserRecordAccess"). */
  #accessOf(source: RowSource, path: readonly string[]): RowSource | undefined {
    if (source.object === undefined || path.at(-1)?.toLowerCase() !== "userrecordaccess") return undefined;
    if (!hasSharingSettings(source.object)) return undefined;
    const object = ownAccess(this.#statement.user.id);
    // The result depends on almost all tables, so its pages are not cached.
    this.#statement.dependsOnTime = true;
    return { ...source, object, targets: [object], path: [...path.slice(0, -1), object.name] };
  }

  #reference(source: RowSource, step: string): FieldDefinition | undefined {
    const wanted = step.toLowerCase();
    const fields = source.object === undefined ? nameFields : source.object.fields;
    const field = fields.find((candidate) => candidate.relationshipName?.toLowerCase() === wanted);
    if (field === undefined) return undefined;
    if (source.object !== undefined && !this.#statement.user.canRead(source.object, field)) return undefined;
    return this.#targets(field).length === 0 ? undefined : field;
  }

  #targets(field: FieldDefinition): ObjectDefinition[] {
    const names = field.leadsTo === undefined ? field.referenceTo : [field.leadsTo];
    return names.map((name) => this.#statement.user.object(name)).filter((object) => object !== undefined);
  }

  #joined(source: RowSource, field: FieldDefinition): RowSource {
    const foreignKey = sourceFieldSql(source, field);
    const path = [...source.path, field.relationshipName ?? field.name];
    const targets = this.#targets(field);
    const [only] = targets;
    for (const target of targets) addTables(this.#statement, target);
    if (only !== undefined && (field.referenceTo.length === 1 || field.leadsTo !== undefined)) {
      const alias = nextAlias(this.#statement);
      const key = only.name === "EntityDefinition" ? "DurableId" : "Id";
      const visible = visibleCondition(this.#statement, only, alias);
      const condition = `${alias}."${key}" = ${foreignKey}${visible === undefined ? "" : ` AND ${visible}`}`;
      this.#joins.push(`LEFT JOIN "${only.name}" ${alias} ON ${condition}`);
      return { object: only, targets: [only], alias, idSql: `${alias}."Id"`, path };
    }
    return { object: undefined, targets, alias: "", idSql: this.#visibleId(foreignKey, targets), path };
  }

  /** The id of a polymorphic parent, or null if the user may not read the parent. */
  #visibleId(foreignKey: string, targets: readonly ObjectDefinition[]): string {
    const branches = targets.flatMap((target) => {
      const visible = visibleCondition(this.#statement, target, "v");
      if (visible === undefined) return [];
      return `WHEN '${target.prefix}' THEN (SELECT v."Id" FROM "${target.name}" v WHERE v."Id" = ${foreignKey} AND ${visible})`;
    });
    if (branches.length === 0) return foreignKey;
    return `(CASE substr(${foreignKey}, 1, 3) ${branches.join(" ")} ELSE ${foreignKey} END)`;
  }

  #invalidField(at: number, message: string): Error {
    return badRequest("INVALID_FIELD", messageAt(this.#statement.text, at, message));
  }
}

/** UserRecordAccess as a parent. Its columns are computed from the ids of the child rows. */
function ownAccess(userId: string): ObjectDefinition {
  const fields = userRecordAccess.fields
    .filter(({ name }) => accessColumns.some((column) => column === name))
    .map((field) => ({ ...field, formula: `sf_record_access('${userId}', {Id}, '${field.name}')` }));
  return {
    ...userRecordAccess,
    fields,
    fieldsByName: new Map(fields.map((field) => [field.name.toLowerCase(), field])),
  };
}

/** Adds the object's table and the tables that its formulas read. */
function addTables({ tables }: StatementState, object: ObjectDefinition): void {
  if (tables.has(object.name)) return;
  tables.add(object.name);
  for (const source of viewSources(object)) tables.add(source);
  for (const { formula } of object.fields) {
    for (const match of formula?.matchAll(/FROM "(?<table>\w+)"/gu) ?? []) tables.add(match.groups?.["table"] ?? "");
  }
}

/** The condition for rows that the user may read. Adds the tables of the condition to the statement. */
function visibleCondition(statement: StatementState, object: ObjectDefinition, alias: string): string | undefined {
  const condition = statement.visibility.condition(statement.user, object, alias);
  for (const table of condition?.tables ?? []) statement.tables.add(table);
  return condition?.sql;
}

function nextAlias(statement: StatementState): string {
  const alias = `t${statement.aliases}`;
  statement.aliases += 1;
  return alias;
}

function sourceFieldSql(source: RowSource, field: FieldDefinition): string {
  return source.object === undefined ? nameFieldSql(source, field) : fieldSql(source.alias, field);
}

export function fieldSql(alias: string, field: FieldDefinition): string {
  if (field.formula === undefined) return `${alias}."${field.name}"`;
  const sql = field.formula.replaceAll(/\{(\w+)\}/gu, (_, column: string) => `${alias}."${column}"`);
  return isText(field.type) ? `(${sql} COLLATE NOCASE)` : sql;
}

function nameFieldSql(source: RowSource, field: FieldDefinition): string {
  if (field.name === "Id") return source.idSql;
  const branches = source.targets
    .map((target) => nameBranch(source, target, field))
    .filter((branch) => branch !== undefined)
    .join(" ");
  if (branches === "") return "NULL";
  const collation = isText(field.type) && !isId(field.type) ? " COLLATE NOCASE" : "";
  return `(CASE substr(${source.idSql}, 1, 3) ${branches} END${collation})`;
}

function nameBranch(source: RowSource, target: ObjectDefinition, field: FieldDefinition): string | undefined {
  if (field.name === "Type" && target.name !== "Group") return `WHEN '${target.prefix}' THEN '${target.name}'`;
  const own = field.name === "Name" ? target.nameField : target.fieldsByName.get(field.name.toLowerCase());
  if (own === undefined || (field.name !== "Type" && own.type !== field.type && field.name !== "Name"))
    return undefined;
  return `WHEN '${target.prefix}' THEN (SELECT ${fieldSql("n", own)} FROM "${target.name}" n WHERE n."Id" = ${source.idSql})`;
}
