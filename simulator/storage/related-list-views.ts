// SQL views for objects whose rows are those of other objects (schema/objects/related-lists.ts). `_row` is unique within a view.

/** An activity belongs to an account through `WhatId`, or through its contact or opportunity. */
const accountId = `coalesce(
  CASE substr("WhatId", 1, 3)
    WHEN '001' THEN "WhatId"
    WHEN '006' THEN (SELECT o."AccountId" FROM "Opportunity" o WHERE o."Id" = "WhatId")
  END,
  (SELECT c."AccountId" FROM "Contact" c WHERE c."Id" = "WhoId")
)`;

const shared = `"_deleted_with", "Id", "WhoId", "WhatId", "Subject", "ActivityDate", "OwnerId", "Description",
  "IsDeleted", "CreatedDate", "CreatedById", "LastModifiedDate", "LastModifiedById", "SystemModstamp", ${accountId} AS "AccountId"`;

const tasks = `SELECT "_row" * 2 AS "_row", ${shared}, 1 AS "IsTask", "Status", "Priority", "Type" AS "ActivityType", "IsClosed",
  0 AS "IsAllDayEvent", NULL AS "DurationInMinutes", NULL AS "Location" FROM "Task"`;

/** An event is closed when it is over. "Now" is real time, not the clock of the org. */
const isOver = `"EndDateTime" < CAST(strftime('%s', 'now') AS INTEGER) * 1000`;

const events = `SELECT "_row" * 2 + 1 AS "_row", ${shared}, 0 AS "IsTask", NULL AS "Status", NULL AS "Priority", NULL AS "ActivityType",
  ${isOver} AS "IsClosed", "IsAllDayEvent", "DurationInMinutes", "Location" FROM "Event"`;

export const relatedListViews: readonly string[] = [
  `CREATE VIEW "ActivityHistory" AS ${tasks} WHERE "IsClosed" = 1 UNION ALL ${events} WHERE ${isOver}`,
  `CREATE VIEW "OpenActivity" AS ${tasks} WHERE "IsClosed" = 0 UNION ALL ${events} WHERE NOT ${isOver}`,
  `CREATE VIEW "AttachedContentDocument" AS SELECT l."_row" AS "_row", NULL AS "_deleted_with", l."Id", l."LinkedEntityId",
    l."ContentDocumentId", d."Title", d."FileType", d."FileExtension", d."ContentSize", NULL AS "ContentUrl", d."SharingOption",
    l."IsDeleted", d."CreatedDate", d."CreatedById", d."LastModifiedDate", d."LastModifiedById", d."SystemModstamp"
    FROM "ContentDocumentLink" l JOIN "ContentDocument" d ON d."Id" = l."ContentDocumentId"`,
];
