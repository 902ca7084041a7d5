import type { FileContainers } from "./containers.ts";
import type { PrincipalList } from "./document-access.ts";
import { type FieldsOfDocuments, HiddenObjects } from "./field-access.ts";
import type { Groups } from "./groups.ts";
import { type Held, HeldLists } from "./held-lists.ts";
import type { ObjectPart } from "./object-parts.ts";
import type { ObjectPermissions, UserPermissions } from "./object-permissions.ts";
import type { RoleHierarchy } from "./roles.ts";
import type { Id } from "./sharing-facts.ts";
import {
  bosses,
  group,
  internal,
  isHierarchical,
  type Principal,
  publicTo,
  type TokenForm,
  user,
  viewAll,
} from "./tokens.ts";
import type { TokensInUse } from "./tokens-in-use.ts";
import type { Reader, Users } from "./users.ts";

/** A user and the tokens of the documents that the user sees. */
export interface Identity {
  readonly userId: Id;
  readonly name: string | undefined;
  readonly email: string | undefined;
  /** For the standard field. */
  readonly tokens: readonly string[];
  /** For the fields of the two masters. */
  readonly masterTokens: readonly string[];
}

interface IdentityParts {
  readonly users: Users;
  readonly roles: RoleHierarchy;
  readonly groups: Groups;
  readonly containers: FileContainers;
  readonly permissions: ObjectPermissions;
  readonly parts: ReadonlyMap<string, ObjectPart>;
  readonly form: TokenForm;
}

/** What the documents in the index carry. */
export interface IndexedAccess {
  readonly tokensInUse: TokensInUse;
  readonly lists: readonly PrincipalList[];
  /** Users who may not read one of these fields hold no token of its object. */
  readonly fields?: FieldsOfDocuments;
  /** Heads whose documents are being rewritten: they hold `above` instead of `under`. */
  readonly withoutUnder?: ReadonlySet<Id>;
}

/** What a user may hold under one object part. */
interface Rights {
  readonly any: boolean;
  readonly hierarchical: boolean;
  readonly public: boolean;
  readonly viewAll: boolean;
}

const noRights: Rights = { any: false, hierarchical: false, public: false, viewAll: false };

/** Computes which tokens each user holds. */
export class Identities {
  readonly #known: IdentityParts;
  readonly #indexed: IndexedAccess;
  readonly #lists: HeldLists;
  readonly #hidden: HiddenObjects;

  constructor(known: IdentityParts, indexed: IndexedAccess) {
    this.#known = known;
    this.#indexed = indexed;
    this.#lists = new HeldLists(indexed.lists);
    this.#hidden = new HiddenObjects(indexed.fields ?? new Map(), known);
  }

  /** One identity for each user who may sign in. */
  *all(): Generator<Identity> {
    for (const { id } of this.#known.users.all()) {
      const reader = this.#known.users.reader(id);
      if (reader !== undefined) yield this.#identityOf(reader);
    }
  }

  #identityOf(reader: Reader): Identity {
    const { parts, permissions, form } = this.#known;
    const hidden = this.#hidden.of(reader);
    const shown = parts.values().filter(({ object }) => object === undefined || !hidden.has(object));
    const rights = rightsOf(shown, reader, permissions.of(reader.id));
    const mayHold = ({ part, principal }: Held): boolean => allows(rights.get(part) ?? noRights, principal);
    const principals = this.#principalsOf(reader);
    const tokens: string[] = [];
    const masterTokens: string[] = [];
    const add = ({ part, principal }: Held): void => {
      const list = parts.get(part)?.inMasterFields ? masterTokens : tokens;
      list.push(form.token(part, principal));
    };
    const simple = [...principals].flatMap((principal) =>
      this.#inUse(principal, reader).filter(mayHoldAs(principal, mayHold)),
    );
    const lists = this.#lists
      .heldBy(principals, mayHold)
      .flatMap((held) => this.#inUse(held.principal, reader).filter(({ part }) => part === held.part));
    for (const held of [...simple, ...lists]) add(held);
    return {
      userId: reader.id,
      name: reader.name ?? undefined,
      email: reader.email ?? undefined,
      tokens,
      masterTokens,
    };
  }

  /** The principal, and its form for internal users, under the parts in which documents carry them. */
  #inUse(principal: Principal, { kind }: Reader): Held[] {
    const forms = kind === "internal" ? [principal, internal(principal)] : [principal];
    return forms.flatMap((each) => this.#indexed.tokensInUse.partsOf(each).map((part) => ({ part, principal: each })));
  }

  /** All principals of a user, whatever the object. */
  #principalsOf(reader: Reader): Set<Principal> {
    const { roles, groups, containers } = this.#known;
    const { id, kind, userRoleId } = reader;
    const own = [user(id), kind === "internal" ? publicTo.internal : publicTo.external];
    // High-volume users have neither roles nor groups.
    if (kind === "high-volume") return new Set(own);
    const held = groups.heldBy(reader);
    return new Set([
      ...own,
      viewAll,
      ...[...held, ...groups.reachingByTerritory(reader), ...containers.heldBy(reader, held)].map(group),
      ...roles.heldBy(userRoleId, this.#indexed.withoutUnder ?? new Set()),
      ...(typeof userRoleId === "string" ? groups.bossedBy(userRoleId).map(bosses) : []),
    ]);
  }
}

/** An internal form is held as the principal without it is. */
const mayHoldAs =
  (principal: Principal, mayHold: (held: Held) => boolean) =>
  ({ part }: Held): boolean =>
    mayHold({ part, principal });

function allows(rights: Rights, principal: Principal): boolean {
  if (principal === viewAll) return rights.viewAll;
  if (principal === publicTo.internal || principal === publicTo.external) return rights.public;
  return isHierarchical(principal) ? rights.hierarchical : rights.any;
}

function rightsOf(parts: Iterable<ObjectPart>, { kind }: Reader, permissions: UserPermissions): Map<string, Rights> {
  const found = new Map<string, Rights>();
  for (const part of parts) {
    const admitted = kind === "internal" || part.admitsExternalUsers;
    const any = admitted && !part.viewAllOnly && part.reads.every((object) => permissions.reads(object));
    found.set(part.name, {
      any,
      hierarchical: any && part.hierarchies,
      public: any && (kind === "internal" ? part.opens.internal : part.opens.external),
      viewAll: viewsAllOf(part, permissions),
    });
  }
  return found;
}

function viewsAllOf({ viewAll: needed }: ObjectPart, permissions: UserPermissions): boolean {
  if (needed === undefined) return false;
  const { on, reads, allDataOnly } = needed;
  const readsAll = reads.every((object) => permissions.reads(object));
  return readsAll && permissions.viewsAll(on) && (permissions.viewsAllData || !allDataOnly);
}
