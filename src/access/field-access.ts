import type { ObjectPart } from "./object-parts.ts";
import { type ObjectPermissions, objectOfField, type QualifiedField } from "./object-permissions.ts";
import type { Reader, Users } from "./users.ts";

/** By object: the fields that its documents contain and that need a permission. */
export type FieldsOfDocuments = ReadonlyMap<string, ReadonlySet<QualifiedField>>;

/** `Account.*` stands for every account: a document with fields of any account needs readers who see them all. */
const isEveryRecord = (field: QualifiedField): boolean => field.endsWith(".*");

/** Defaults do not open all records of these: contacts without an account and private opportunities are not public. */
const withHiddenRecords = ["Contact", "Opportunity"];

/** Whether a reader may read a field, or sees every record of an object. */
class Readable {
  readonly #permissions: ObjectPermissions;
  /** By object: the part of its own tokens. */
  readonly #parts: ReadonlyMap<string, ObjectPart>;

  constructor(permissions: ObjectPermissions, parts: ReadonlyMap<string, ObjectPart>) {
    this.#permissions = permissions;
    const own = parts.values().filter(({ name }) => !name.includes("."));
    this.#parts = new Map(own.flatMap((part) => (part.object === undefined ? [] : [[part.object, part]])));
  }

  /** Tests fields for users who are alike: the same permission sets and the same kind. */
  for({ id, kind }: Reader): (field: QualifiedField) => boolean {
    const permissions = this.#permissions.of(id);
    return (field) => {
      if (!isEveryRecord(field)) return permissions.readsField(field);
      const part = this.#parts.get(objectOfField(field));
      if (part?.object === undefined || !permissions.reads(part.object)) return false;
      if (permissions.viewsAll(part.object) && (permissions.viewsAllData || part.viewAll?.allDataOnly === false))
        return true;
      const opened = kind === "internal" ? part.opens.internal : part.opens.external;
      return opened && !part.viewAllOnly && !withHiddenRecords.includes(part.object);
    };
  }

  /** Equal for users who are alike. */
  groupOf({ id, kind }: Reader): string {
    return `${kind} ${this.#permissions.setsOf(id)}`;
  }
}

/** Users of one kind with the same permission sets: one of them, and how many they are. */
interface AlikeReaders {
  readonly reader: Reader;
  readonly count: number;
}

interface FieldAccessParts {
  readonly users: Users;
  readonly permissions: ObjectPermissions;
  readonly parts: ReadonlyMap<string, ObjectPart>;
}

/** Which fields all readers of an object may read (field-level security). */
export class FieldAccess {
  readonly #users: Users;
  readonly #permissions: ObjectPermissions;
  readonly #readable: Readable;
  /** Computed once: users who are alike read the same fields, and an org has far fewer of these combinations than users. */
  #readers: readonly AlikeReaders[] | undefined;

  constructor({ users, permissions, parts }: FieldAccessParts) {
    this.#users = users;
    this.#permissions = permissions;
    this.#readable = new Readable(permissions, parts);
  }

  /** The fields that some users who read the object may not read, each with the number of these users. */
  hiddenFields(object: string, fields: Iterable<QualifiedField>): Map<QualifiedField, number> {
    const candidates = [...new Set(fields)];
    const hidden = new Map<QualifiedField, number>();
    this.#readers ??= this.#groupReaders();
    for (const { reader, count } of this.#readers) {
      if (!this.#permissions.of(reader.id).reads(object)) continue;
      const mayRead = this.#readable.for(reader);
      for (const field of candidates) {
        if (!mayRead(field)) hidden.set(field, (hidden.get(field) ?? 0) + count);
      }
    }
    return hidden;
  }

  #groupReaders(): AlikeReaders[] {
    const combinations = new Map<string, { reader: Reader; count: number }>();
    for (const { id } of this.#users.all()) {
      const reader = this.#users.reader(id);
      if (reader === undefined) continue;
      const group = this.#readable.groupOf(reader);
      const known = combinations.get(group);
      if (known) known.count += 1;
      else combinations.set(group, { reader, count: 1 });
    }
    return [...combinations.values()];
  }
}

/** The objects with documents that contain a field which such users may not read. */
export class HiddenObjects {
  readonly #fields: FieldsOfDocuments;
  readonly #readable: Readable;
  readonly #known = new Map<string, ReadonlySet<string>>();

  constructor(fields: FieldsOfDocuments, { permissions, parts }: Omit<FieldAccessParts, "users">) {
    this.#fields = fields;
    this.#readable = new Readable(permissions, parts);
  }

  of(reader: Reader): ReadonlySet<string> {
    const group = this.#readable.groupOf(reader);
    const known = this.#known.get(group);
    if (known) return known;
    const mayRead = this.#readable.for(reader);
    const hidden = [...this.#fields].filter(([, fields]) => ![...fields].every(mayRead));
    const objects = new Set(hidden.map(([object]) => object));
    this.#known.set(group, objects);
    return objects;
  }
}
