/** The service type of the connectors that this service runs. */
export const serviceType = "salesforce";

/** Full and incremental syncs write documents; access control syncs write identities. */
export const jobTypes = ["full", "incremental", "access_control"] as const;

export type JobType = (typeof jobTypes)[number];

type Support =
  | { available: true; /** A notice for the user who requests it. */ notice?: string }
  | { available: false; reason: string; hint: string };

/**
 * The capabilities of this version. Kibana's features, the command line, the configuration, schedules and jobs all read this table, so that
 * they refuse a missing capability with the same message.
 */
export const capabilities = {
  jobs: {
    full: { available: true },
    incremental: {
      available: true,
      notice: "Incremental syncs are not available in this version yet: this is a full sync.",
    },
    access_control: { available: true },
  } satisfies Record<JobType, Support> as Readonly<Record<JobType, Support>>,
  documentLevelSecurity: true,
  basicSyncRules: true,
  advancedSyncRules: true,
} as const;
