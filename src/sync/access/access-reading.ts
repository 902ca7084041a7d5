import type { DatabaseSync } from "node:sqlite";
import { setImmediate } from "node:timers/promises";
import { everyListInline, type ListDemand } from "../../access/list-policy.ts";
import type { SharingFacts } from "../../access/sharing-facts.ts";
import type { DocumentAccess, PartList, PrincipalList } from "../../access/document-access.ts";
import type { FieldsOfDocuments } from "../../access/field-access.ts";
import type { Identity } from "../../access/identities.ts";
import type { QualifiedField } from "../../access/object-permissions.ts";
import { OrgAccess, type AccessOptions } from "../../access/org-access.ts";
import { TokenForm, none, under } from "../../access/tokens.ts";
import { TokensInUse } from "../../access/tokens-in-use.ts";
import { batches } from "../../core/batches.ts";
import { throwIfAborted } from "../../core/errors.ts";
import { inTransaction, openTemporaryDatabase } from "../../core/temporary-database.ts";
import { refuseUnreadableSharing } from "../incomplete-read.ts";
import { accessFieldNames, accessOfDocument, toAccessFields, type AccessOfDocument } from "./access-fields.ts";
import { FactTables } from "./fact-tables.ts";
import type { OrgSharing, SharingSource } from "./ports.ts";
import { withHierarchies } from "./probe-hierarchies.ts";
import { RecordAccesses } from "./record-accesses.ts";

interface ReadingOptions {
  readonly source: SharingSource;
  /** The objects whose records are documents. */
  readonly objects: readonly string[];
  /** The objects whose fields are in documents. */
  readonly fieldObjects: readonly string[];
  /** The objects of which documents contain any record's fields. */
  readonly relatedObjects: readonly string[];
  readonly access: AccessOptions;
  /** The lists of principals that documents refer to already. */
  readonly listsInUse: readonly string[];
  readonly signal: AbortSignal;
}

/** What one pass over the records and files uses. */
interface Pass {
  readonly access: OrgAccess;
  readonly writer: DocumentAccess;
  readonly records: RecordAccesses;
}

/** Records and files computed at once; heartbeats and requests run in between. */
const batchSize = 500;

/** Milliseconds before an expiry from which on it is reported. */
const warnedAhead = 86_400_000;

/**
 * Who may see each document, at one moment. The facts are read once as whole tables; then all documents are computed twice: once to count
 * which lists of principals are long or frequent, once to write them. Memory holds the facts of the org; those of records are on disk.
 */
export class AccessReading implements Disposable {
  readonly #access: OrgAccess;
  readonly #now: number;
  readonly #form: TokenForm;
  readonly #tokensInUse = new TokensInUse();
  #lists: readonly PrincipalList[] = [];
  #listsChosen: readonly string[] = [];
  readonly #database: DatabaseSync = openTemporaryDatabase(
    "CREATE TABLE document (id TEXT PRIMARY KEY, access TEXT) WITHOUT ROWID",
  );
  readonly #find = this.#database.prepare("SELECT access FROM document WHERE id = ?");
  readonly #sharingWarnings: readonly string[];

  private constructor({ facts, warnings }: OrgSharing, { access, now }: { access: OrgAccess; now: number }) {
    this.#access = access;
    this.#now = now;
    this.#form = new TokenForm(facts.organizationId);
    this.#sharingWarnings = warnings;
  }

  static async read({
    source,
    objects,
    fieldObjects,
    relatedObjects,
    access: options,
    listsInUse,
    signal,
  }: ReadingOptions): Promise<AccessReading> {
    using tables = new FactTables();
    const sharing = await source.readSharing({ objects, fieldObjects, relatedObjects }, tables, signal);
    refuseUnreadableSharing(sharing);
    const facts = await withHierarchies(sharing.facts, { source, tables, options, signal });
    const demand = await countLists(facts, { tables, objects, options, signal });
    const policy = demand.choose(new Set(listsInUse), options.listLimits);
    const access = new OrgAccess(facts, options);
    const reading = new AccessReading({ ...sharing, facts }, { access, now: options.now });
    const written: Pass = { access, writer: access.documents(policy), records: new RecordAccesses(access, tables) };
    try {
      for (const lists of documentsOf(written, { tables, objects })) reading.#write(await takeTurns(lists, signal));
    } catch (error) {
      reading[Symbol.dispose]();
      throw error;
    }
    reading.#lists = written.writer.lists;
    reading.#listsChosen = [...policy.chosen].sort();
    return reading;
  }

  /** Sentences about what could not be read or understood, and therefore hides something. */
  get warnings(): string[] {
    return [
      ...this.#sharingWarnings,
      ...this.#access.problems.map(
        ({ problem, count, examples }) => `Access: ${problem} (${count}, such as ${examples.join(", ")})`,
      ),
      ...this.#expiryWarnings(),
    ];
  }

  /** When the first permission set assignment that counts expires. Expiries leave no trace in Salesforce: only a sync after them takes the access away. */
  get permissionsExpireAt(): number | undefined {
    return this.#access.nextExpiry;
  }

  /** The names of the lists of principals that documents refer to. */
  get listsChosen(): readonly string[] {
    return this.#listsChosen;
  }

  /** Whether documents carry tokens that stand for all roles below one: they become too wide when a role moves. */
  get namesRolesAbove(): boolean {
    return this.#tokensInUse.includes((principal) => principal.startsWith(under("")));
  }

  /** The access to a record or a file, by its id of 18 characters. One that was not read is hidden until the next reading. */
  of(id: string): AccessOfDocument {
    const row = this.#find.get(id.slice(0, 15));
    if (row !== undefined) return accessOfDocument(row["access"] as string);
    return accessOfDocument(JSON.stringify({ [accessFieldNames.allow]: [this.#form.token(id.slice(0, 3), none)] }));
  }

  /** Whether a record or a file with this id of 18 characters was read. */
  has(id: string): boolean {
    return this.#find.get(id.slice(0, 15)) !== undefined;
  }

  /** Whether permission sets that count let a user read an object. */
  reads(user: string, object: string): boolean {
    return this.#access.reads(user.slice(0, 15), object);
  }

  /** The principals that a principal of the kind `set` stands for. */
  principalsOfSet(name: string): readonly string[] {
    const list = this.#lists.find((each) => each.name === name);
    return list?.either.flatMap(({ principals }) => principals) ?? [];
  }

  /** The fields that some users who read the object may not read, each with the number of these users. */
  hiddenFields(object: string, fields: Iterable<QualifiedField>): Map<QualifiedField, number> {
    return this.#access.hiddenFields(object, fields);
  }

  /** Each user who may sign in, with the tokens that occur on documents of this reading that contain these fields. */
  identities(fields: FieldsOfDocuments): Generator<Identity> {
    return this.#access.identities({ tokensInUse: this.#tokensInUse, lists: this.#lists, fields });
  }

  [Symbol.dispose](): void {
    this.#database.close();
  }

  #expiryWarnings(): string[] {
    const { permissionsExpireAt } = this;
    if (permissionsExpireAt === undefined || permissionsExpireAt > this.#now + warnedAhead) return [];
    const at = new Date(permissionsExpireAt).toISOString();
    return [
      `Access: a permission set assignment expires at ${at}. Its user keeps the access until the next access control sync after that, which starts then if the connector has a schedule for such syncs.`,
    ];
  }

  #write(documents: readonly DocumentLists[]): void {
    const insert = this.#database.prepare("INSERT OR REPLACE INTO document VALUES (?, ?)");
    inTransaction(this.#database, () => {
      for (const { id, fields } of documents) {
        for (const lists of Object.values<readonly PartList[]>({ ...fields })) this.#tokensInUse.add(lists);
        insert.run(
          id,
          toAccessFields(fields, (lists) => this.#access.tokens(lists)),
        );
      }
    });
  }
}

/** The first pass, of which only the counts stay in memory. */
async function countLists(
  facts: SharingFacts,
  {
    tables,
    objects,
    options,
    signal,
  }: { tables: FactTables; objects: readonly string[]; options: AccessOptions; signal: AbortSignal },
): Promise<ListDemand> {
  const access = new OrgAccess(facts, options);
  const counting = { ...everyListInline, ...(options.listLimits && { shortList: options.listLimits.shortList }) };
  const pass: Pass = { access, writer: access.documents(counting), records: new RecordAccesses(access, tables) };
  for (const lists of documentsOf(pass, { tables, objects })) await takeTurns(lists, signal);
  return pass.writer.demand;
}

interface DocumentLists {
  readonly id: string;
  readonly fields: ReturnType<DocumentAccess["fieldsOf"]>;
}

/** The lists of every record and file, in batches. */
function documentsOf(
  { access, writer, records }: Pass,
  { tables, objects }: { tables: FactTables; objects: readonly string[] },
): Generator<DocumentLists[]> {
  function* all(): Generator<DocumentLists> {
    for (const object of objects) {
      for (const id of tables.recordIds(object)) {
        const record = records.of(id);
        if (record !== undefined) yield { id, fields: writer.fieldsOf(record) };
      }
    }
    for (const file of tables.files()) {
      const allow = access.accessToFile(file, (id) => {
        const record = records.of(id);
        return record && writer.forFiles(record);
      });
      yield { id: file.id, fields: { allow } };
    }
  }
  return batches(all(), batchSize);
}

async function takeTurns<T>(value: T, signal: AbortSignal): Promise<T> {
  throwIfAborted(signal);
  await setImmediate();
  return value;
}
