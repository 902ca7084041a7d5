import type { ObjectPermissions, QualifiedField } from "./object-permissions.ts";
import type { Id } from "./sharing-facts.ts";
import type { Users } from "./users.ts";

/** By object: the fields that its documents contain and that need a permission. */
export type FieldsOfDocuments = ReadonlyMap<string, ReadonlySet<QualifiedField>>;

/** How many users have the same permission sets, and one of them. */
interface ReadersWithSets {
  readonly user: Id;
  readonly count: number;
}

/** Which fields all readers of an object may read (field-level security). */
export class FieldAccess {
  readonly #users: Users;
  readonly #permissions: ObjectPermissions;
  /** Computed once: users with the same permission sets read the same fields, and an org has far fewer combinations than users. */
  #readersBySets: readonly ReadersWithSets[] | undefined;

  constructor(users: Users, permissions: ObjectPermissions) {
    this.#users = users;
    this.#permissions = permissions;
  }

  /** The fields that some users who read the object may not read, each with the number of these users. */
  hiddenFields(object: string, fields: Iterable<QualifiedField>): Map<QualifiedField, number> {
    const candidates = [...new Set(fields)];
    const hidden = new Map<QualifiedField, number>();
    this.#readersBySets ??= this.#groupReaders();
    for (const { user, count } of this.#readersBySets) {
      const permissions = this.#permissions.of(user);
      if (!permissions.reads(object)) continue;
      for (const field of candidates) {
        if (!permissions.readsField(field)) hidden.set(field, (hidden.get(field) ?? 0) + count);
      }
    }
    return hidden;
  }

  #groupReaders(): ReadersWithSets[] {
    const combinations = new Map<string, { user: Id; count: number }>();
    for (const { id } of this.#users.all()) {
      if (this.#users.reader(id) === undefined) continue;
      const sets = this.#permissions.setsOf(id);
      const known = combinations.get(sets);
      if (known) known.count += 1;
      else combinations.set(sets, { user: id, count: 1 });
    }
    return [...combinations.values()];
  }
}

/** The objects with documents that contain a field which users with these permission sets may not read. */
export class HiddenObjects {
  readonly #fields: FieldsOfDocuments;
  readonly #permissions: ObjectPermissions;
  readonly #known = new Map<string, ReadonlySet<string>>();

  constructor(fields: FieldsOfDocuments, permissions: ObjectPermissions) {
    this.#fields = fields;
    this.#permissions = permissions;
  }

  of(user: Id): ReadonlySet<string> {
    const sets = this.#permissions.setsOf(user);
    const known = this.#known.get(sets);
    if (known) return known;
    const permissions = this.#permissions.of(user);
    const hidden = [...this.#fields].filter(
      ([, fields]) => ![...fields].every((field) => permissions.readsField(field)),
    );
    const objects = new Set(hidden.map(([object]) => object));
    this.#known.set(sets, objects);
    return objects;
  }
}
