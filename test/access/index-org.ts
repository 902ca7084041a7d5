import type { AccessProblem } from "../../src/access/access-problems.ts";
import type { PartList } from "../../src/access/document-access.ts";
import { identityDocument } from "../../src/access/identity-query.ts";
import type { ListDemand, ListPolicy } from "../../src/access/list-policy.ts";
import { type AccessOptions, OrgAccess } from "../../src/access/org-access.ts";
import type { RecordAccess } from "../../src/access/record-access.ts";
import type { FileFacts, RecordFacts } from "../../src/access/record-facts.ts";
import type { Id, SharingFacts } from "../../src/access/sharing-facts.ts";
import { TokensInUse } from "../../src/access/tokens-in-use.ts";
import { type Keywords, searchOf } from "./evaluate-query.ts";

/** All facts of a small org. */
export interface Org {
  readonly facts: SharingFacts;
  readonly records: readonly RecordFacts[];
  readonly files: readonly FileFacts[];
}

interface IndexOptions extends Partial<AccessOptions> {
  readonly policy?: ListPolicy;
  readonly withoutUnder?: ReadonlySet<Id>;
}

export interface IndexedOrg {
  readonly documents: ReadonlyMap<Id, Keywords>;
  readonly identities: ReturnType<typeof identityDocument>[];
  readonly problems: readonly AccessProblem[];
  readonly demand: ListDemand;
}

/** The moment of all tests. */
export const now = Date.UTC(2026, 5, 1);

export const field = "_allow_access_control";

/** Computes the documents of all records and files, and the identities of all users. */
export function indexOrg(
  { facts, records, files }: Org,
  { policy, withoutUnder = new Set(), ...options }: IndexOptions = {},
): IndexedOrg {
  const access = new OrgAccess(facts, { now, ...options });
  const accessOf = accessInOrder(access, records);
  const writer = access.documents(policy);
  const tokensInUse = new TokensInUse();
  const documents = new Map<Id, Keywords>();
  const write = (lists: readonly PartList[]): string[] => {
    tokensInUse.add(lists);
    return access.tokens(lists);
  };
  for (const { id } of records) {
    const record = accessOf(id);
    const { allow = [], first, second } = record ? writer.fieldsOf(record) : {};
    documents.set(id, {
      [field]: write(allow),
      ...(first && { [`${field}_first`]: write(first) }),
      ...(second && { [`${field}_second`]: write(second) }),
    });
  }
  for (const file of files) {
    const lists = access.accessToFile(file, (id) => {
      const record = accessOf(id);
      return record && writer.forFiles(record);
    });
    documents.set(file.id, { [field]: write(lists) });
  }
  const identities = [...access.identities({ tokensInUse, lists: writer.lists, withoutUnder })];
  return {
    documents,
    identities: identities.map((identity) => identityDocument(identity, field)),
    problems: access.problems,
    demand: writer.demand,
  };
}

/** Parents first, each record once; a circle of parents ends where it started. */
function accessInOrder(
  access: OrgAccess,
  records: readonly RecordFacts[],
): (id: Id | null | undefined) => RecordAccess | undefined {
  const facts = new Map(records.map((record) => [record.id, record]));
  const known = new Map<Id, RecordAccess | undefined>();
  const accessOf = (id: Id | null | undefined): RecordAccess | undefined => {
    const record = facts.get(id ?? "");
    if (record === undefined || known.has(record.id)) return known.get(id ?? "");
    known.set(record.id, undefined);
    const parents = { account: accessOf(record.accountId), masters: (record.masterIds ?? []).map(accessOf) };
    known.set(record.id, access.accessToRecord(record, parents));
    return known.get(record.id);
  };
  return accessOf;
}

/** "user document" for each document that a user's identity finds. Ids have 15 characters. */
export function seenPairs({ documents, identities }: IndexedOrg): Set<string> {
  const pairs = new Set<string>();
  for (const identity of identities) {
    const finds = searchOf(identity);
    for (const [id, document] of documents) if (finds(document)) pairs.add(`${identity.id.slice(0, 15)} ${id}`);
  }
  return pairs;
}
