import { ApiLimits } from "./api-limits.ts";
import { QueryJobs } from "./bulk/query-jobs.ts";
import { CallCounts } from "./call-counts.ts";
import type { SimulatedClock } from "./clock.ts";
import { wellKnown } from "./generator/well-known.ts";
import { LateTransactions } from "./late-transactions.ts";
import { PermissionViews } from "./permission-view.ts";
import { QueryService } from "./query/query-service.ts";
import type { Schema } from "./schema/schema.ts";
import { Sessions } from "./sessions.ts";
import type { Calendar } from "./soql/date-ranges.ts";
import { type OrgDatabase, Serials } from "./storage/org-database.ts";
import type { UserView } from "./user-view.ts";

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
  /** The stamp of a transaction that is being made visible late. */
  lateStamp: number | undefined;
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

  get lateTransactions(): LateTransactions {
    return this.#state.lateTransactions;
  }

  /** The stamp of what is written now. */
  stamp(): number {
    return this.lateStamp ?? this.clock.stamp();
  }

  /** When the oldest transaction began that is not visible yet. */
  oldestOpenTransaction(): number | undefined {
    return this.lateTransactions.oldestStart();
  }

  viewOf(userId: string): UserView {
    return this.#state.views.viewOf(userId);
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
      views: new PermissionViews(this.schema, database, this.clock.now),
      lateTransactions: new LateTransactions(),
      jobs: new QueryJobs(this.clock.now, this.limits),
      queries: new QueryService({
        schema: this.schema,
        database,
        now: this.clock.now,
        instanceUrl: this.instanceUrl,
        calendarOf: (view) => this.#calendar(view),
      }),
    };
  }

  /** The week begins on Sunday in the locales of the United States and Japan, elsewhere on Monday. */
  #calendar(view: UserView): Calendar {
    const fiscal = this.database.number(`SELECT "FiscalYearStartMonth" FROM "Organization"`);
    const locale = this.database.row(`SELECT "LocaleSidKey" FROM "User" WHERE "Id" = ?`, [view.userId])?.[0];
    return {
      now: this.clock.now(),
      timeZone: view.timeZone,
      fiscalStartMonth: fiscal === 0 ? 1 : fiscal,
      firstDayOfWeek: locale === "en_US" || locale === "ja_JP" ? 0 : 1,
    };
  }
}

interface OrgState {
  readonly database: OrgDatabase;
  readonly serials: Serials;
  readonly sessions: Sessions;
  readonly views: PermissionViews;
  readonly queries: QueryService;
  readonly jobs: QueryJobs;
  readonly lateTransactions: LateTransactions;
}
