// What runs while the fault is active.
//   sync      a sync of the command line, with a connector of the file; the index lacks one document of each object, has an old one, and one too many
//   slow      the same with slow downloads, so that heartbeats are sent
//   first     the same without an index and without a pipeline
//   unmapped  the same with an index that has no fields
//   cluster   the same on a cluster that has no connectors yet
//   race      the same, and another service creates the indices of connectors and jobs at the same moment
//   pages     a sync of an object with two pages
//   rules     a sync by advanced rules, SOQL and SOSL
//   wide      a sync of an object whose fields do not fit into one query
//   secured   a full sync with document-level security; there are no identities yet
//   access    an access control sync; documents and identities have the access of an older state of the org
//   check     the command `check`
//   list      the commands `connector jobs` and `connector list`
//   service   a service that runs a job that was started in Kibana
export const scenarios = [
  "sync",
  "slow",
  "first",
  "unmapped",
  "cluster",
  "race",
  "pages",
  "rules",
  "wide",
  "secured",
  "access",
  "check",
  "list",
  "service",
] as const;

export type Scenario = (typeof scenarios)[number];

export const isSecured = (scenario: Scenario): boolean => scenario === "secured" || scenario === "access";

/** The configuration of the connector, by scenario. */
export function connectorOf(scenario: Scenario): { configuration: Record<string, unknown>; sync_rules?: object } {
  if (scenario === "pages") return { configuration: { standard_objects_to_sync: "Contact", sync_files: false } };
  if (scenario === "wide") {
    return {
      configuration: {
        standard_objects_to_sync: "",
        sync_custom_objects: true,
        custom_objects_to_sync: wideObject,
        sync_files: false,
      },
    };
  }
  if (isSecured(scenario)) {
    const administrator = { client_id: "simulator-admin", client_secret: "simulator-admin" };
    return {
      configuration: { standard_objects_to_sync: "Account", use_document_level_security: true, ...administrator },
    };
  }
  if (scenario !== "rules") return { configuration: { standard_objects_to_sync: "Account" } };
  const advanced = [
    { query: "SELECT Id, Name FROM Campaign", language: "SOQL" },
    { query: "FIND {gmbh OR inc OR ltd} IN ALL FIELDS RETURNING Lead(Id, Name)", language: "SOSL" },
  ];
  return { configuration: { sync_files: false }, sync_rules: { advanced } };
}

/** An object whose fields take more than the 13,000 bytes of a query. */
export const wideObject = "Wide__c";
const wideFieldName = (number: number): string => `A_rather_long_field_name_${String(number).padStart(3, "0")}__c`;
export const wideFields = Array.from({ length: 430 }, (_, number) => wideFieldName(number));
