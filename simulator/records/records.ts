import type { Org } from "../org.ts";
import { ContentFiles } from "./content-files.ts";
import { RecordChanges, type Writer } from "./record-changes.ts";
import { RecordRemoval } from "./record-removal.ts";
import { RecordStore } from "./record-store.ts";

/** Everything that writes records of an org, and the stamp that its writes carry. */
export interface Records {
  readonly store: RecordStore;
  readonly changes: RecordChanges;
  readonly removal: RecordRemoval;
  readonly files: ContentFiles;
  readonly writer: Writer;
}

/** The writers of an org for one user and one moment. */
export function recordsOf(org: Org, userId: string): Records {
  const store = new RecordStore(org.database, org.schema, org.serials);
  const changes = new RecordChanges(store);
  return {
    store,
    changes,
    removal: new RecordRemoval(store),
    files: new ContentFiles(store, changes),
    writer: { userId, now: org.stamp() },
  };
}
