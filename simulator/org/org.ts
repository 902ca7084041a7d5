import { Sessions } from "../access/sessions.ts";
import { type UserAccess, UserAccessCache } from "../access/user-access.ts";
import { QueryJobs } from "../bulk/query-jobs.ts";
import { QueryService } from "../query/query-service.ts";
import { OpenTransactions } from "../records/open-transactions.ts";
import { createRecords, type Records } from "../records/records.ts";
import type { Schema } from "../schema/schema.ts";
import { wellKnown } from "../schema/well-known-ids.ts";
import type { Calendar } from "../soql/date-ranges.ts";
import { type OrgDatabase, Serials } from "../storage/org-database.ts";
import { ApiLimits } from "../usage/api-limits.ts";
import { CallCounts } from "../usage/call-counts.ts";
import type { SimulatedClock } from "./clock.ts";

/** What an org is made from. */
interface OrgOptions {
  readonly schema: Schema;
  readonly clock: SimulatedClock;
  /** Opens a fresh private copy of the generated org. */
  readonly openDatabase: () => OrgDatabase;
  /** Where the org is reached, for URLs in answers. */
  readonly instanceUrl: () => string;
}

/** One org with everything that belongs to it. Several may live side by side in a process. */
export class Org {
  readonly schema: Schema;
  readonly clock: SimulatedClock;
  readonly instanceUrl: () => string;
  readonly organizationId = wellKnown.organization;
  readonly limits: ApiLimits;
  readonly calls = new CallCounts();
  /** Set while the rows of a transaction are written that began earlier. */
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

  get openTransactions(): OpenTransactions {
    return this.#state.openTransactions;
  }

  /** Reads and writes records as that user, with the stamp of now. */
  records(userId: string): Records {
    return createRecords(this, { userId, now: this.transactionStamp ?? this.clock.stamp() });
  }

  /** When the oldest transaction began that is not visible yet. */
  oldestOpenTransaction(): number | undefined {
    return this.openTransactions.oldestStart();
  }

  userAccess(userId: string): UserAccess {
    return this.#state.access.get(userId);
  }

  /** As generated again: data, sessions, cursors, clock, limits, counts. */
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
    return {
      database,
      serials: new Serials(database),
      sessions: new Sessions(this.clock.now, wellKnown.organization),
      access: new UserAccessCache(this.schema, database, this.clock.now),
      openTransactions: new OpenTransactions(),
      jobs: new QueryJobs(this.clock.now, this.limits),
      queries: new QueryService({
        schema: this.schema,
        database,
        now: this.clock.now,
        instanceUrl: this.instanceUrl,
        calendarOf: (user) => this.#calendar(user),
      }),
    };
  }

  /** The week begins on Sunday in the locales of the United States and Japan, elsewhere on Monday. */
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
  readonly serials: Serials;
  readonly sessions: Sessions;
  readonly access: UserAccessCache;
  readonly queries: QueryService;
  readonly jobs: QueryJobs;
  readonly openTransactions: OpenTransactions;
}
