import type { OrgDatabase } from "../storage/org-database.ts";

const objects = [
  "Account",
  "Contact",
  "Opportunity",
  "Lead",
  "Campaign",
  "Case",
  "Contract",
  "Task",
  "Event",
  "EmailMessage",
  "CaseComment",
  "FeedItem",
  "ContentDocument",
  "ContentVersion",
  "Project__c",
  "Milestone__c",
  "Installation__c",
  "Survey_Response__c",
];

const minute = 60_000;
const day = 86_400_000;
/** One of so many records of an object was made or changed recently, but not more than the maximum. */
const share = 40;
const most = 1000;

/**
 * Moves the timestamps of some records to the days before `now`: an org that has just started has records that were made and changed in the
 * last hour and in the last 60 days, and deletions of the last 15 days. Half of them were made then, the others only changed.
 */
export function ageRecords(database: OrgDatabase, now: number): void {
  for (const object of objects) {
    // A transaction of its own for each object: SQLite keeps the former pages of a transaction in memory.
    database.transaction(() => {
      const rows = lastRows(database, object, 0);
      for (const [index, row] of rows.entries()) {
        const at = before(now, { index, count: rows.length, youngest: 5 * minute, oldest: 60 * day });
        const created = index % 2 === 0 ? "" : '"CreatedDate" = ?1, ';
        stamp(database, `UPDATE "${object}" SET ${created}"LastModifiedDate" = ?1, "SystemModstamp" = ?1`, { at, row });
      }
      const deleted = lastRows(database, object, 1);
      for (const [index, row] of deleted.entries()) {
        const at = before(now, { index, count: deleted.length, youngest: 30 * minute, oldest: 14 * day });
        stamp(database, `UPDATE "${object}" SET "LastModifiedDate" = ?1, "SystemModstamp" = ?1`, { at, row });
      }
    });
  }
}

/** The numbers of the last rows of an object: the newest rows of an org are neighbors. */
function lastRows(database: OrgDatabase, object: string, deleted: 0 | 1): number[] {
  const where = `FROM "${object}" WHERE "IsDeleted" = ${deleted}`;
  const count = database.number(`SELECT count(*) ${where}`);
  // Of the few deleted records, half are recent.
  const wanted = Math.min(most, Math.ceil(deleted === 1 ? count / 2 : count / share));
  return database.rows(`SELECT "_row" ${where} ORDER BY "_row" DESC LIMIT ${wanted}`).map(([row]) => Number(row));
}

function stamp(database: OrgDatabase, update: string, { at, row }: { at: number; row: number }): void {
  database.run(`${update} WHERE "_row" = ?2`, [at, row]);
}

interface Ages {
  readonly index: number;
  readonly count: number;
  readonly youngest: number;
  readonly oldest: number;
}

/** Ages grow by the same factor from one record to the next: there are as many in the last hour as between one day and two. */
function before(now: number, { index, count, youngest, oldest }: Ages): number {
  const age = youngest * (oldest / youngest) ** (index / Math.max(1, count - 1));
  return Math.floor((now - age) / 1000) * 1000;
}
