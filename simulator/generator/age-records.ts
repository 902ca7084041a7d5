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
/** Every so many records of an object were made or changed recently. */
const share = 40;

/**
 * Moves the timestamps of some records to the days before `now`: an org that has just started has records that were made and changed in the
 * last hour and in the last 60 days, and deletions of the last 15 days. Half of them were made then, the others only changed.
 */
export function ageRecords(database: OrgDatabase, now: number): void {
  database.transaction(() => {
    for (const object of objects) {
      const rows = database.rows(
        `SELECT "_row" FROM "${object}" WHERE "_row" % ${share} = 9 AND "IsDeleted" = 0 ORDER BY "_row"`,
      );
      for (const [index, [row]] of rows.entries()) {
        const at = before(now, { index, count: rows.length, youngest: 5 * minute, oldest: 60 * day });
        stamp(
          database,
          `UPDATE "${object}" SET ${index % 2 === 0 ? "" : '"CreatedDate" = ?1, '}"LastModifiedDate" = ?1, "SystemModstamp" = ?1`,
          {
            at,
            row: Number(row),
          },
        );
      }
      const deleted = database.rows(
        `SELECT "_row" FROM "${object}" WHERE "IsDeleted" = 1 AND "_row" % 2 = 0 ORDER BY "_row"`,
      );
      for (const [index, [row]] of deleted.entries()) {
        const at = before(now, { index, count: deleted.length, youngest: 30 * minute, oldest: 14 * day });
        stamp(database, `UPDATE "${object}" SET "LastModifiedDate" = ?1, "SystemModstamp" = ?1`, {
          at,
          row: Number(row),
        });
      }
    }
  });
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
