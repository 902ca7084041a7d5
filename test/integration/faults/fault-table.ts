import { endpoints, type EndpointName } from "./endpoints.ts";
import { faultNames, type FaultName } from "./fault-kinds.ts";

// The table of faults. A row is an endpoint with a fault: every request to the endpoint gets the fault while the scenario runs. The letters say what must happen.
//   E   ends in the error of the fault (the table below), changes no document of an object that was not read, and deletes none
//   F   the check fails with the words of the fault
//   k   the service keeps running and completes the job when the fault is over
//   +   completed; the index is the one that a run without the fault makes
//   d   completed with a warning: files could not be downloaded, and keep what they have
//   c   completed with a warning: Salesforce counted other records than it returned; nothing is deleted
//   b   ends in an error because the brake kept the documents of an object of which Salesforce returned nothing
//   r   completed; Elasticsearch refuses files, because the pipeline for them is not known
//   S   ends in a refused sign-in
//   T   ends because the response to the sign-in has no token
//   O   ends because no object can be read
//   P   ends because a pipeline is missing and may not be created
//   .   cannot happen: the response to HEAD has no body
// In every row the next sync, in which a single request gets the fault if a retry can cure it, makes exactly the index that it would have made anyway.

type Letter = "E" | "F" | "k" | "+" | "d" | "c" | "b" | "r" | "S" | "T" | "O" | "P" | ".";

/** The columns of the table, in order. */
const columns: readonly FaultName[] = [
  "500",
  "503 with HTML",
  "429",
  "429 with Retry-After",
  "403 of a limit",
  "401 once",
  "401",
  "no response",
  "refused connection",
  "cut before the response",
  "cut in the body",
  "garbled JSON",
  "wrong type",
  "empty body",
  "empty list",
  "one byte a second",
  "body over the limit",
  "redirect",
];

// prettier-ignore
const table: Readonly<Record<EndpointName, string>> = {
  //                                 500   429   403   401   refu  cut   wrong list  size
  //                                    503   429r  401x  none  cut   garb  empty drip  redir
  "sign in":                         "E  E  E  E  S  S  S  E  E  E  E  T  T  T  T  E  E  T",
  "list the API's resources":        "F  F  F  F  F  +  F  F  F  F  F  F  F  F  +  F  F  F",
  "read the limits":                 "F  F  F  F  F  +  F  F  F  F  F  F  F  F  F  F  F  F",
  "list the objects":                "E  E  E  E  E  +  E  E  E  E  E  E  E  E  O  E  E  E",
  "describe an object":              "E  E  E  E  E  +  E  E  E  E  E  E  E  E  E  E  E  E",
  "query records":                   "E  E  E  E  E  +  E  E  E  E  E  E  E  E  b  E  E  E",
  "read the next page":              "E  E  E  E  E  +  E  E  E  E  E  E  E  E  c  E  E  E",
  "read the next page of children":  "E  E  E  E  E  +  E  E  E  E  E  E  E  E  E  E  E  E",
  "download a file":                 "d  d  d  d  E  +  E  d  d  d  d  d  d  d  d  d  d  d",
  "explain a query":                 "E  E  E  E  E  +  E  E  E  E  E  E  E  E  +  E  E  E",
  "query records of a rule":         "E  E  E  E  E  +  E  E  E  E  E  E  E  E  b  E  E  E",
  "search":                          "E  E  E  E  E  +  E  E  E  E  E  E  E  E  b  E  E  E",
  "retrieve fields":                 "E  E  E  E  E  +  E  E  E  E  E  E  E  E  E  E  E  E",

  "read the version":                "F  F  F  F  F  F  F  F  F  F  F  F  F  F  F  F  F  F",
  "check the privileges":            "F  F  F  F  F  F  F  F  F  F  F  F  F  F  F  F  F  F",
  "count documents":                 "F  F  F  F  F  F  F  F  F  F  F  F  F  F  F  F  F  F",
  "count documents after a sync":    "+  +  +  +  +  +  +  +  +  +  +  +  +  +  +  +  +  +",
  "count restricted documents":      "E  E  E  E  E  E  E  E  E  E  E  E  E  E  E  E  E  E",
  "look for an alias":               "E  E  E  E  E  E  E  E  E  E  E  E  E  E  E  E  E  E",
  "create a protocol index":         "E  E  E  E  E  E  E  E  E  E  E  E  E  E  E  E  E  E",
  "look for a protocol index":       "E  E  E  E  E  E  E  E  E  E  .  .  .  .  .  .  .  E",
  "map a protocol index":            "E  E  E  E  E  E  E  E  E  E  E  E  E  E  E  E  E  E",
  "hide a protocol index":           "E  E  E  E  E  E  E  E  E  E  E  E  E  E  E  E  E  E",
  "give an index its alias":         "E  E  E  E  E  E  E  E  E  E  E  E  E  E  E  E  E  E",
  "refresh connectors and jobs":     "E  E  E  E  E  E  E  E  E  E  E  E  E  E  +  E  E  E",
  "list jobs":                       "E  E  E  E  E  E  E  E  E  E  E  E  E  E  +  E  E  E",
  "read a connector":                "E  E  E  E  E  E  E  E  E  E  E  E  E  E  E  E  E  E",
  "change a connector":              "E  E  E  E  E  E  E  E  E  E  E  E  E  E  E  E  E  E",
  "create a connector":              "E  E  E  E  E  E  E  E  E  E  E  E  E  E  E  E  E  E",
  "read a job":                      "E  E  E  E  E  E  E  E  E  E  E  E  E  E  E  E  E  E",
  "create a job":                    "E  E  E  E  E  E  E  E  E  E  E  E  E  E  E  E  E  E",
  "send a heartbeat":                "+  +  +  +  +  +  +  +  E  +  +  +  +  +  +  +  +  +",
  "find waiting jobs":               "k  k  k  k  k  k  k  k  k  k  k  k  k  k  k  k  k  k",
  "find connectors":                 "E  E  E  E  E  E  E  E  E  E  E  E  E  E  +  E  E  E",
  "claim a job":                     "k  k  k  k  k  k  k  k  k  k  k  k  k  k  k  k  k  k",
  "read the index":                  "E  E  E  E  E  E  E  E  E  E  E  E  E  E  E  E  E  E",
  "create the index":                "E  E  E  E  E  E  E  E  E  E  E  E  E  E  E  E  E  E",
  "map new fields":                  "E  E  E  E  E  E  E  E  E  E  E  E  E  E  E  E  E  E",
  "look for the pipeline":           "E  E  E  E  r  r  r  E  E  E  E  E  E  E  r  E  E  E",
  "create the pipeline":             "E  E  E  E  P  P  P  E  E  E  E  E  E  E  E  E  E  E",
  "count the object types":          "E  E  E  E  E  E  E  E  E  E  E  E  E  E  E  E  E  E",
  "open a point in time":            "E  E  E  E  E  E  E  E  E  E  E  E  E  E  E  E  E  E",
  "read the indexed documents":      "E  E  E  E  E  E  E  E  E  E  E  E  E  E  E  E  E  E",
  "close a point in time":           "+  +  +  +  +  +  +  +  E  +  +  +  +  +  +  +  +  +",
  "write documents":                 "E  E  E  E  E  E  E  E  E  E  E  E  E  E  E  E  E  E",
  "refresh the index":               "E  E  E  E  E  E  E  E  E  E  E  E  E  E  +  E  E  E",
};

/** The error of a fault: its code, and what its text says. */
type Said = readonly [code: string, text: RegExp];

const salesforceErrors: Readonly<Record<FaultName, Said>> = {
  "500": ["salesforce_unavailable", /answered 500/],
  "503 with HTML": ["salesforce_unavailable", /answered 503/],
  "429": ["salesforce_unavailable", /answered 429/],
  "429 with Retry-After": ["salesforce_unavailable", /answered 429/],
  "403 of a limit": ["salesforce_limit", /refuses further API calls/],
  "401 once": ["salesforce_sign_in", /refuses every session/],
  "401": ["salesforce_sign_in", /refuses every session/],
  "no response": ["salesforce_unavailable", /no response came in time/],
  "refused connection": ["salesforce_unavailable", /connection to .* failed/],
  "cut before the response": ["salesforce_unavailable", /connection to .* failed/],
  "cut in the body": ["salesforce_unavailable", /connection to .* failed/],
  "garbled JSON": ["salesforce_response", /not in the documented form/],
  "wrong type": ["salesforce_response", /not in the documented form/],
  "empty body": ["salesforce_response", /not in the documented form/],
  "empty list": ["salesforce_response", /not in the documented form/],
  "one byte a second": ["salesforce_unavailable", /sent less than 1 MiB/],
  "body over the limit": ["salesforce_response", /is larger than/],
  redirect: ["salesforce_unavailable", /redirect/],
};

const undocumented = /not what Elasticsearch documents|without a result for each item/;

const elasticsearchErrors: Readonly<Record<FaultName, Said>> = {
  "500": ["elasticsearch_unavailable", /answered 500/],
  "503 with HTML": ["elasticsearch_unavailable", /answered 503/],
  "429": ["elasticsearch_unavailable", /answered 429/],
  "429 with Retry-After": ["elasticsearch_unavailable", /answered 429/],
  "403 of a limit": ["elasticsearch_privilege", /does not allow/],
  "401 once": ["elasticsearch_privilege", /does not accept the credentials/],
  "401": ["elasticsearch_privilege", /does not accept the credentials/],
  "no response": ["elasticsearch_unavailable", /timed out/],
  "refused connection": ["elasticsearch_unreachable", /cannot be reached/],
  "cut before the response": ["elasticsearch_unreachable", /cannot be reached/],
  "cut in the body": ["elasticsearch_unreachable", /cannot be reached/],
  "garbled JSON": ["elasticsearch_response", undocumented],
  "wrong type": ["elasticsearch_response", undocumented],
  "empty body": ["elasticsearch_response", undocumented],
  "empty list": ["elasticsearch_response", undocumented],
  "one byte a second": ["elasticsearch_unavailable", /timed out/],
  "body over the limit": ["elasticsearch_response", /too large/],
  redirect: ["elasticsearch_unreachable", /redirect/],
};

/** What each server's faults are called in errors. */
export const errorsOf = { salesforce: salesforceErrors, elasticsearch: elasticsearchErrors };

/** What must happen in a row. */
export interface Expected {
  status: "completed" | "error" | "ok" | "failed";
  code?: string;
  text?: RegExp;
  warning?: RegExp;
  /** How many requests get the fault; undefined: any number. */
  attempts?: number;
  /** The index is exactly the one that a run without the fault makes. */
  exact: boolean;
}

export interface Row {
  endpoint: EndpointName;
  fault: FaultName;
  expected: Expected;
}

const errorsByLetter: Readonly<Partial<Record<Letter, Said>>> = {
  S: ["salesforce_sign_in", /sign-in/],
  T: ["salesforce_response", /contains no access token/],
  O: ["incomplete_read", /None of the selected objects can be read/],
  b: ["deletes_held_back", /Deletes of \w+ were held back: Salesforce counts 0 records/],
  P: ["elasticsearch_privilege", /lacks the privilege to create one/],
};

const warningsByLetter: Readonly<Partial<Record<Letter, RegExp>>> = {
  d: /files could not be downloaded/,
  c: /Salesforce counted 0 records and returned 200/,
};

/** Every row of the table that can happen. */
export function allRows(): Row[] {
  return (Object.keys(endpoints) as EndpointName[]).flatMap((endpoint) => {
    const letters = table[endpoint].split(/\s+/) as Letter[];
    if (letters.length !== columns.length) throw new Error(`The row ${endpoint} has ${letters.length} columns.`);
    return faultNames.flatMap((fault) => {
      const letter = letters[columns.indexOf(fault)];
      return letter === undefined || letter === "."
        ? []
        : [{ endpoint, fault, expected: expectedOf(letter, endpoint, fault) }];
    });
  });
}

function expectedOf(letter: Letter, endpoint: EndpointName, fault: FaultName): Expected {
  const { server, scenario } = endpoints[endpoint];
  const [code, text] = errorsByLetter[letter] ?? errorsOf[server][fault];
  if (letter === "F") return { status: "failed", text, exact: false };
  const warning = warningsByLetter[letter];
  if (warning) return { status: "completed", warning, exact: false };
  if (letter === "r") return { status: "completed", exact: false };
  if (letter === "k") return { status: "completed", exact: true };
  if (letter === "+")
    return scenario === "check" || scenario === "list"
      ? { status: "ok", exact: false }
      : { status: "completed", exact: true };
  // A second attempt with refused credentials could lock the user.
  return { status: "error", code, text, exact: false, ...(letter === "S" ? { attempts: 1 } : {}) };
}
