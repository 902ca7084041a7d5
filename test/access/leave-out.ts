import type { SharingFacts } from "../../src/access/sharing-facts.ts";
import type { Org } from "./index-org.ts";
import type { Random } from "./random.ts";
import { randomOrg } from "./random-org.ts";

type Row = Readonly<Record<string, unknown>>;

interface Column {
  readonly place: string;
  readonly column: string;
}

const tables = [
  "users",
  "userLogins",
  "roles",
  "groups",
  "groupMembers",
  "territories",
  "territoryModels",
  "territoryUsers",
  "permissionSets",
  "mutingPermissionSets",
  "permissionSetGroups",
  "permissionSetGroupComponents",
  "permissionSetAssignments",
  "objectPermissions",
  "restrictionRules",
  "libraryMembers",
  "chatterGroups",
  "chatterGroupMembers",
] as const satisfies readonly (keyof SharingFacts)[];

/** Rows without these columns are no rows: they name what the row is about. */
const keys = new Set([
  ...[
    "id",
    "object",
    "name",
    "keyPrefix",
    "userId",
    "groupId",
    "userOrGroupId",
    "territoryId",
    "assigneeId",
    "permissionSetId",
  ],
  ...["parentId", "containerId", "memberId", "linkedEntityId"],
]);

export function withoutTable(org: Org, random: Random): Org {
  return { ...org, facts: { ...org.facts, [random.of(tables)]: undefined } };
}

/** A column that no row has any more. */
export function withoutColumn(org: Org, { place, column }: Column): Org {
  const rows = allPlaces(org).find((each) => each.place === place)?.rows ?? [];
  if (rows.length === 0) return org;
  return replaced(
    org,
    place,
    rows.map((row) => ({ ...row, [column]: undefined })),
  );
}

/** Some rows of one table. A restriction rule whose row is missing cannot be known, so those stay. */
export function withoutRows(org: Org, random: Random): Org {
  const places = allPlaces(org).filter(({ place, rows }) => rows.length > 0 && place !== "restrictionRules");
  const { place, rows } = random.of(places);
  const share = random.next();
  return replaced(
    org,
    place,
    rows.filter(() => !random.chance(share)),
  );
}

interface Place {
  readonly place: string;
  readonly rows: readonly object[];
}

function allPlaces({ facts, records, files }: Org): Place[] {
  return [
    ...[...tables, "objects" as const].map((table) => ({ place: table, rows: facts[table] ?? [] })),
    { place: "records", rows: records },
    { place: "shares", rows: records.flatMap(({ shares }) => rowsOf(shares) ?? []) },
    { place: "files", rows: files },
    { place: "links", rows: files.flatMap(({ links }) => links ?? []) },
  ];
}

/** The org with other rows in one place. Rows of share tables and links go back to the records and files that had them. */
function replaced(org: Org, place: string, rows: readonly object[]): Org {
  if (place === "records" || place === "files") return { ...org, [place]: rows };
  if (place !== "shares" && place !== "links") return { ...org, facts: { ...org.facts, [place]: rows } };
  const owners = place === "shares" ? "records" : "files";
  const kept = new Set(rows);
  const originals: readonly Row[] = org[owners].map((owner) => ({ ...owner }));
  // Rows that were changed come in the order of the rows that they replace.
  const all = originals.flatMap((owner) => rowsOf(owner[place]) ?? []);
  const changed = rows.length === all.length ? new Map(all.map((row, index) => [row, rows[index]])) : undefined;
  const reduced = originals.map((owner) => {
    const own = rowsOf(owner[place]);
    return own ? { ...owner, [place]: own.flatMap((row) => changed?.get(row) ?? (kept.has(row) ? [row] : [])) } : owner;
  });
  return { ...org, [owners]: reduced };
}

/** A record without a share table has a word instead of rows. */
const rowsOf = (value: unknown): readonly object[] | undefined =>
  Array.isArray(value) ? (value as readonly object[]) : undefined;

/** The columns of all tables, and of records, share rows, files and links. */
export const allColumns: readonly Column[] = columnsOf([1, 2, 3, 4, 5, 6, 7, 8].map(randomOrg));

function columnsOf(orgs: readonly Org[]): Column[] {
  const columns = orgs.flatMap(allPlaces).flatMap(({ place, rows: [row] }) =>
    Object.keys(row ?? {})
      .filter((column) => !keys.has(column))
      .map((column) => [`${place}.${column}`, { place, column }] as const),
  );
  return [...new Map(columns).values()];
}
