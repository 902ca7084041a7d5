import type { OrgAccess } from "../../access/org-access.ts";
import type { RecordAccess } from "../../access/record-access.ts";
import type { Id } from "../../access/sharing-facts.ts";
import type { FactTables } from "./fact-tables.ts";

/** Computed accesses held in memory: those of parents are asked for by each child. */
const kept = 20_000;

/** Computes the access to a record when it is asked for, after that of the records above it. */
export class RecordAccesses {
  readonly #access: OrgAccess;
  readonly #tables: FactTables;
  readonly #known = new Map<Id, RecordAccess | undefined>();
  /** Records whose parents are being computed: a circle of parents gives nothing. */
  readonly #inProgress = new Set<Id>();

  constructor(access: OrgAccess, tables: FactTables) {
    this.#access = access;
    this.#tables = tables;
  }

  /** Undefined for a record that was not read, or whose object is not known. */
  of(id: Id | null | undefined): RecordAccess | undefined {
    if (typeof id !== "string" || this.#inProgress.has(id)) return undefined;
    if (this.#known.has(id)) return this.#known.get(id);
    const record = this.#tables.record(id);
    if (record === undefined) return undefined;
    this.#inProgress.add(id);
    const masters = (record.masterIds ?? []).map((master) => this.of(master));
    const found = this.#access.accessToRecord(record, { account: this.of(record.accountId), masters });
    this.#inProgress.delete(id);
    if (this.#known.size >= kept) this.#known.clear();
    this.#known.set(id, found);
    return found;
  }
}
