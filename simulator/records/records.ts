import type { Schema } from "../schema/schema.ts";
import type { OrgDatabase, Serials } from "../storage/org-database.ts";
import { ContentFiles } from "./content-files.ts";
import { PermissionSetGroups } from "./permission-set-groups.ts";
import { RecordChanges } from "./record-changes.ts";
import { RecordRemoval } from "./record-removal.ts";
import { RecordStore } from "./record-store.ts";
import type { Writer } from "./system-fields.ts";

/** Reads and writes the records of an org for one user at one moment. */
export interface Records {
  readonly store: RecordStore;
  readonly changes: RecordChanges;
  readonly removal: RecordRemoval;
  readonly files: ContentFiles;
  readonly permissionSetGroups: PermissionSetGroups;
  readonly writer: Writer;
}

interface RecordTables {
  readonly database: OrgDatabase;
  readonly schema: Schema;
  readonly serials: Serials;
}

export function createRecords({ database, schema, serials }: RecordTables, writer: Writer): Records {
  const store = new RecordStore(database, schema, serials);
  const changes = new RecordChanges(store);
  return {
    store,
    changes,
    removal: new RecordRemoval(store),
    files: new ContentFiles(store, changes),
    permissionSetGroups: new PermissionSetGroups(store, writer),
    writer,
  };
}
