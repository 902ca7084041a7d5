import { RecordAccess } from "../access/record-access.ts";
import { RowVisibility } from "../access/row-visibility.ts";
import { Sessions } from "../access/sessions.ts";
import { type UserAccess, UserAccessCache } from "../access/user-access.ts";
import { BatchJobs } from "../bulk/batch-jobs.ts";
import { IngestJobs } from "../bulk/ingest-jobs.ts";
import { QueryJobs } from "../bulk/query-jobs.ts";
import { QueryService } from "../query/query-service.ts";
import { OpenTransactions } from "../records/open-transactions.ts";
import { createRecords, type Records } from "../records/records.ts";
import type { Schema } from "../schema/schema.ts";
import { SharingSettings } from "../sharing/sharing-settings.ts";
import { wellKnownIds } from "../schema/well-known-ids.ts";
import type { Calendar } from "../soql/date-ranges.ts";
import { type OrgDatabase, Serials } from "../storage/org-database.ts";
import { ApiLimits } from "../usage/api-limits.ts";
import { CallCounts } from "../usage/call-counts.ts";
import type { SimulatedClock } from "./clock.ts";
import { RecentItems } from "./recent-items.ts";

interface OrgOptions {
  readonly schema: Schema;
  readonly clock: SimulatedClock;
  /** Opens a new private copy of the generated org. */
  readonly openDatabase: () => OrgDatabase;
  /** For URLs in responses. */
  readonly instanceUrl: () => string;
}

/** One org: its data and its state. Several orgs can run side by side in a process. */
export class Org {
  readonly schema: Schema;
  readonly clock: SimulatedClock;
  readonly instanceUrl: () => string;
  readonly organizationId = wellKnownIds.organization;
  readonly limits: ApiLimits;
  readonly calls = new CallCounts();
  /** The start of an ended transaction, set while its rows are written. */
  transactionStamp: number | undefined;
  readonly #openDatabase: () => OrgDatabase;
  #state: OrgState;

  constructor({ schema, clock, openDatabase, instanceUrl }: OrgOptions) {
    this.schema = schema;
    this.clock = clock;
    this.instanceUrl = instanceUrl;
    this.limits = new ApiLimits(clock.now);
    this.#openDatabase = openDatabase;
    this.#state = this.#freshState();
  }

  get database(): OrgDatabase {
    return this.#state.database;
  }

  get serials(): Serials {
    return this.#state.serials;
  }

  get sessions(): Sessions {
    return this.#state.sessions;
  }

  get queries(): QueryService {
    return this.#state.queries;
  }

  get jobs(): QueryJobs {
    return this.#state.jobs;
  }

  get sharing(): SharingSettings {
    return this.#state.sharing;
  }

  get visibility(): RowVisibility {
    return this.#state.visibility;
  }

  get batchJobs(): BatchJobs {
    return this.#state.batchJobs;
  }

  get ingestJobs(): IngestJobs {
    return this.#state.ingestJobs;
  }

  get recent(): RecentItems {
    return this.#state.recent;
  }

  get openTransactions(): OpenTransactions {
    return this.#state.openTransactions;
  }

  /** Reads and writes records as that user, with the current time as timestamp. */
  records(userId: string): Records {
    return createRecords(this, { userId, now: this.transactionStamp ?? this.clock.stamp() });
  }

  /** The start of the oldest open transaction, in milliseconds. */
  oldestOpenTransaction(): number | undefined {
    return this.openTransactions.oldestStart();
  }

  /** Aggregates changed permission set groups whose delay has passed. */
  aggregatePermissionSetGroups(): void {
    const outdated = this.database.row(`SELECT 1 FROM "PermissionSetGroup" WHERE "Status" = 'Outdated' LIMIT 1`);
    if (outdated === undefined) return;
    const { permissionSetGroups } = this.records(wellKnownIds.adminUser);
    const since = this.clock.now() - this.limits.settings.permissionSetGroupSeconds * 1000;
    this.database.transaction(() => permissionSetGroups.recalculate(since));
  }

  userAccess(userId: string): UserAccess {
    return this.#state.access.get(userId);
  }

  /** Checks the access of a user to records, as of now. */
  recordAccess(userId: string): RecordAccess {
    const { schema, database, sharing: settings } = this;
    return new RecordAccess({ schema, database, settings, user: this.userAccess(userId) });
  }

  /** Restores the generated data and resets sessions, cursors, clock, limits and counts. */
  reset(): void {
    this.#state.database.close();
    this.clock.reset();
    this.limits.reset();
    this.calls.clear();
    this.#state = this.#freshState();
  }

  close(): void {
    this.#state.database.close();
  }

  #freshState(): OrgState {
    const database = this.#openDatabase();
    const { schema } = this;
    const sharing = new SharingSettings(database);
    const access = new UserAccessCache({ schema, database, settings: sharing, now: this.clock.now });
    const userAccess = (id: string) => access.get(id);
    const visibility = new RowVisibility({ schema, database, settings: sharing, userAccess });
    return {
      database,
      sharing,
      access,
      visibility,
      serials: new Serials(database),
      sessions: new Sessions(this.clock.now, wellKnownIds.organization),
      openTransactions: new OpenTransactions(),
      recent: new RecentItems(),
      jobs: new QueryJobs(this.clock.now, this.limits),
      batchJobs: new BatchJobs(this.clock.now, this.limits),
      ingestJobs: new IngestJobs(this.clock.now, this.limits),
      queries: new QueryService({
        schema,
        database,
        visibility,
        recordAccess: (userId) => new RecordAccess({ schema, database, settings: sharing, user: userAccess(userId) }),
        now: this.clock.now,
        instanceUrl: this.instanceUrl,
        calendarOf: (user) => this.#calendar(user),
      }),
    };
  }

  /** Weeks start on Sunday in the locales of the United States and Japan, and on Monday in others. */
  #calendar(user: UserAccess): Calendar {
    const fiscal = this.database.number(`SELECT "FiscalYearStartMonth" FROM "Organization"`);
    const locale = this.database.row(`SELECT "LocaleSidKey" FROM "User" WHERE "Id" = ?`, [user.id])?.[0];
    return {
      now: this.clock.now(),
      timeZone: user.timeZone,
      fiscalStartMonth: fiscal === 0 ? 1 : fiscal,
      firstDayOfWeek: locale === "en_US" || locale === "ja_JP" ? 0 : 1,
    };
  }
}

interface OrgState {
  readonly database: OrgDatabase;
  readonly sharing: SharingSettings;
  readonly visibility: RowVisibility;
  readonly serials: Serials;
  readonly sessions: Sessions;
  readonly access: UserAccessCache;
  readonly queries: QueryService;
  readonly jobs: QueryJobs;
  readonly batchJobs: BatchJobs;
  readonly ingestJobs: IngestJobs;
  readonly openTransactions: OpenTransactions;
  readonly recent: RecentItems;
}
