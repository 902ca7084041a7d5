import { z } from "zod";
import type { FieldPermissionFacts, Id, ObjectFacts, SharingFacts } from "../../access/sharing-facts.ts";
import type { SalesforceClient } from "../client/salesforce-client.ts";
import { masterFieldsOf, type OrgDescription } from "../describe/org-description.ts";
import { entityTable, restrictionRuleTable, sharingTables } from "./sharing-tables.ts";
import { TableReader, type UnreadTable } from "./table-reader.ts";

export interface SharingFactsOptions {
  readonly client: SalesforceClient;
  readonly org: OrgDescription;
  /** The objects whose records are synced. Objects above them are added. */
  readonly objects: readonly string[];
  /** The objects whose fields are in documents. */
  readonly fieldObjects: readonly string[];
  /** The objects of which documents contain any record's fields. */
  readonly relatedObjects: readonly string[];
  /** "Grant Access Using Hierarchies" of custom objects, as far as it is known. No API shows it. */
  readonly hierarchies: ReadonlyMap<string, boolean>;
  readonly signal: AbortSignal;
}

export interface ReadSharingFacts {
  readonly facts: SharingFacts;
  /** The objects whose records decide about access: those of documents, and those above them. */
  readonly recordObjects: readonly ObjectFacts[];
  readonly unread: readonly UnreadTable[];
}

/** The first version in which `Group.DoesIncludeBosses` has a meaning for queues (Summer '26). */
const queueFlagVersion = "67.0";

/** Reads the facts of the whole org, one table after the other and each by pages. */
export async function readSharingFacts(options: SharingFactsOptions): Promise<ReadSharingFacts> {
  const { client, org, signal } = options;
  const tables = new TableReader({ client, org, signal });
  const { objects, above } = await readObjects(tables, options);
  const names = objects.map(({ name }) => name);
  const groupVersion = await versionForGroups(client, signal);
  const facts = {
    organizationId: await organizationId(client, signal),
    objects,
    users: await tables.read(sharingTables.users),
    userLogins: await tables.read(sharingTables.userLogins),
    roles: await tables.read(sharingTables.roles),
    groups: await tables.read(sharingTables.groups, groupQuery(client, groupVersion)),
    queuesHaveHierarchyFlag: groupVersion !== undefined,
    groupMembers: await tables.read(sharingTables.groupMembers),
    territories: await tables.read(sharingTables.territories),
    territoryModels: await tables.read(sharingTables.territoryModels),
    territoryUsers: await tables.read(sharingTables.territoryUsers),
    permissionSets: await tables.read(sharingTables.permissionSets),
    mutingPermissionSets: await tables.read(sharingTables.mutingPermissionSets),
    permissionSetGroups: await tables.read(sharingTables.permissionSetGroups),
    permissionSetGroupComponents: await tables.read(sharingTables.permissionSetGroupComponents),
    permissionSetAssignments: await tables.read(sharingTables.permissionSetAssignments),
    objectPermissions: await tables.read(sharingTables.objectPermissions, {
      where: { field: "SobjectType", isOneOf: names },
    }),
    fieldPermissions: await readFieldPermissions(tables, options.fieldObjects),
    restrictionRules: await tables.read(restrictionRuleTable, {
      resource: client.resource("tooling/query"),
      undescribed: true,
    }),
    libraryMembers: await tables.read(sharingTables.libraryMembers),
    chatterGroups: await tables.read(sharingTables.chatterGroups),
    chatterGroupMembers: await tables.read(sharingTables.chatterGroupMembers),
  };
  const recordObjects = objects.filter(({ name }) => above.has(name));
  return { facts, recordObjects, unread: tables.unread };
}

/** An org may have millions of rows with the same few thousand fields. */
async function readFieldPermissions(
  tables: TableReader,
  objects: readonly string[],
): Promise<FieldPermissionFacts | undefined> {
  const facts = { granted: new Map<Id, Set<string>>(), named: new Map<Id, Set<string>>() };
  if (objects.length === 0) return facts;
  const names = new Map<string, string>();
  const where = { field: "SobjectType", isOneOf: objects };
  const complete = await tables.readPages(sharingTables.fieldPermissions, { where }, (rows) => {
    for (const { parentId, field, read } of rows) {
      const name = getOrInsert(names, field, () => field);
      if (read !== false) getOrInsert(facts.named, parentId, () => new Set()).add(name);
      if (read === true) getOrInsert(facts.granted, parentId, () => new Set()).add(name);
    }
  });
  return complete ? facts : undefined;
}

function getOrInsert<Key, Value>(map: Map<Key, Value>, key: Key, create: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const value = create();
  map.set(key, value);
  return value;
}

/** The sharing settings of the objects and of all objects above them. */
async function readObjects(
  tables: TableReader,
  { org, objects, relatedObjects, hierarchies }: SharingFactsOptions,
): Promise<{ objects: ObjectFacts[]; above: ReadonlySet<string> }> {
  const above = new Set((await withMasters([...objects, "Account"], org)).keys());
  const masters = await withMasters([...above, ...relatedObjects], org);
  const rows = await tables.read(entityTable, {
    where: { field: "QualifiedApiName", isOneOf: [...masters.keys()] },
    undescribed: true,
  });
  const facts = (rows ?? []).map((row) => ({
    ...row,
    masters: masters.get(row.name),
    grantsAccessUsingHierarchies: hierarchies.get(row.name),
  }));
  return { objects: facts, above };
}

/** The masters of these objects and of all objects above them. */
async function withMasters(
  objects: readonly string[],
  org: OrgDescription,
): Promise<Map<string, readonly string[] | undefined>> {
  const masters = new Map<string, readonly string[] | undefined>();
  const names = new Set(objects);
  // A set may grow while it is read: the masters of masters are read too.
  for (const name of names) {
    const found = await mastersOf(name, org);
    masters.set(name, found);
    for (const master of found ?? []) names.add(master);
  }
  return masters;
}

/** The first master first. `undefined` if the object cannot be described. */
async function mastersOf(name: string, org: OrgDescription): Promise<string[] | undefined> {
  const description = await org.describe(name);
  return description && masterFieldsOf(description).flatMap(({ referenceTo: [master] }) => master ?? []);
}

const versions = z.array(z.object({ version: z.string() })).min(1);

/** The version to read groups with, if the org offers one in which the flag of queues has a meaning. */
async function versionForGroups(client: SalesforceClient, signal: AbortSignal): Promise<string | undefined> {
  const offered = await client.parsed({ path: "/services/data" }, signal, versions);
  return offered.some(({ version }) => version === queueFlagVersion) ? queueFlagVersion : undefined;
}

const groupQuery = (client: SalesforceClient, version: string | undefined): { readonly resource?: string } =>
  version === undefined ? {} : { resource: client.resource("query", version) };

const organization = z.object({ records: z.tuple([z.object({ Id: z.string().min(15) })]) });

async function organizationId(client: SalesforceClient, signal: AbortSignal): Promise<string> {
  const path = `${client.resource("query")}?q=SELECT+Id+FROM+Organization`;
  const { records } = await client.parsed({ path }, signal, organization);
  return records[0].Id.slice(0, 15);
}
