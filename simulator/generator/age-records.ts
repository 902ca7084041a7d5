import { fieldHistories } from "../schema/objects/histories.ts";
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
/** One in this number of records was created or changed recently, up to the maximum. */
const share = 40;
const most = 1000;

/**
 * Moves the timestamps of some records to the days before `now`, so that a new org has records from the last hour and the last 60 days,
 * and deletions of the last 15 days. Half of these records were created then; the others were only changed.
 */
export function ageRecords(database: OrgDatabase, now: number): void {
  for (const object of objects) {
    // One transaction for each object, because SQLite keeps the original pages of a transaction in memory.
    database.transaction(() => {
      const rows = lastRows(database, object, 0);
      for (const [index, row] of rows.entries()) {
        const at = before(now, { index, count: rows.length, youngest: 5 * minute, oldest: 60 * day });
        const created = index % 2 === 1;
        const creation = created ? '"CreatedDate" = ?1, ' : "";
        stamp(database, `UPDATE "${object}" SET ${creation}"LastModifiedDate" = ?1, "SystemModstamp" = ?1`, {
          at,
          row,
        });
        ageHistory(database, object, { at, row, created });
      }
      const deleted = lastRows(database, object, 1);
      for (const [index, row] of deleted.entries()) {
        const at = before(now, { index, count: deleted.length, youngest: 30 * minute, oldest: 14 * day });
        stamp(database, `UPDATE "${object}" SET "LastModifiedDate" = ?1, "SystemModstamp" = ?1`, { at, row });
      }
    });
  }
}

/** The numbers of the last rows of an object. Consecutive rows are chosen because new rows of an org are consecutive. */
function lastRows(database: OrgDatabase, object: string, deleted: 0 | 1): number[] {
  const where = `FROM "${object}" WHERE "IsDeleted" = ${deleted}`;
  const count = database.number(`SELECT count(*) ${where}`);
  // Half of the deleted records are recent, because there are few.
  const wanted = Math.min(most, Math.ceil(deleted === 1 ? count / 2 : count / share));
  return database.rows(`SELECT "_row" ${where} ORDER BY "_row" DESC LIMIT ${wanted}`).map(([row]) => Number(row));
}

function stamp(database: OrgDatabase, update: string, { at, row }: { at: number; row: number }): void {
  database.run(`${update} WHERE "_row" = ?2`, [at, row]);
}

/** Moves the changes of a record to its last modification, and its creation too if the record was created then. */
function ageHistory(
  database: OrgDatabase,
  object: string,
  { at, row, created }: { at: number; row: number; created: boolean },
): void {
  const history = fieldHistories.find((candidate) => candidate.object === object);
  if (history === undefined) return;
  database.run(
    `UPDATE "${history.history}" SET "CreatedDate" = ?1
      WHERE "${history.parentField}" = (SELECT "Id" FROM "${object}" WHERE "_row" = ?2)${created ? "" : ` AND "Field" <> 'created'`}`,
    [at, row],
  );
}

interface Ages {
  readonly index: number;
  readonly count: number;
  readonly youngest: number;
  readonly oldest: number;
}

/** Ages grow by a constant factor from record to record, so recent times have the most records. */
function before(now: number, { index, count, youngest, oldest }: Ages): number {
  const age = youngest * (oldest / youngest) ** (index / Math.max(1, count - 1));
  return Math.floor((now - age) / 1000) * 1000;
}
