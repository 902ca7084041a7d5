import { badRequest, SalesforceError } from "../core/salesforce-error.ts";
import type { HttpRequest, HttpResponse } from "../http/message.ts";
import { OAuthError } from "../oauth/oauth-error.ts";
import { checkUser, userByPassword } from "../oauth/sign-in.ts";
import type { Org } from "../org/org.ts";
import type { Records } from "../records/records.ts";
import type { ObjectDefinition } from "../schema/object-definition.ts";
import { toId18 } from "../schema/record-id.ts";
import {
  escapeText,
  faultEnvelope,
  readEnvelope,
  resultEnvelope,
  type SoapCall,
  unknownCallEnvelope,
  values,
} from "./soap-message.ts";

// The calls of the partner API that REST lacks: login, undelete, merge, emptyRecycleBin (SOAP API Developer Guide, "Core Calls"). login() is
// not available after API version 65.0.

const lastLoginVersion = 65;

/** Answers `POST /services/Soap/u/XX.X`. */
export function soapResponse(request: HttpRequest, version: string, org: Org): HttpResponse {
  try {
    const call = readEnvelope(request.body.toString("utf8"));
    if (call === undefined) throw badRequest("UNKNOWN_EXCEPTION", "The body is not a SOAP envelope.");
    const results = run(call, { request, version, org });
    return results === undefined
      ? xml(500, unknownCallEnvelope(call.name))
      : xml(200, resultEnvelope(call.name, results));
  } catch (error) {
    if (error instanceof OAuthError) {
      return xml(
        500,
        faultEnvelope("INVALID_LOGIN", "Invalid username, password, security token; or user locked out."),
      );
    }
    if (error instanceof SalesforceError) return xml(500, faultEnvelope(error.errorCode, error.message));
    throw error;
  }
}

function xml(status: number, body: string): HttpResponse {
  return { status, headers: { "content-type": "text/xml;charset=UTF-8" }, body };
}

interface SoapContext {
  readonly request: HttpRequest;
  readonly version: string;
  readonly org: Org;
}

/** Returns undefined for a call that does not exist. */
function run(call: SoapCall, context: SoapContext): string[] | undefined {
  if (call.name === "login") return [login(call, context)];
  const session = context.org.sessions.use(call.sessionId ?? "");
  if (session === undefined) {
    throw badRequest("INVALID_SESSION_ID", "Invalid Session ID found in SessionHeader: Illegal Session");
  }
  const records = context.org.records(session.userId);
  switch (call.name) {
    case "logout":
      context.org.sessions.close(session.token);
      return [""];
    case "getServerTimestamp":
      return [`<timestamp>${new Date(context.org.clock.now()).toISOString()}</timestamp>`];
    case "undelete":
      return values(call.body, "ids").map((id) =>
        resultOf(id, context.org, (object, id18) => records.removal.undelete(object, id18, records.writer)),
      );
    case "emptyRecycleBin":
      return values(call.body, "ids").map((id) =>
        resultOf(id, context.org, (object, id18) => records.removal.purgeOne(object, id18)),
      );
    case "merge":
      return [merge(call, context.org, records)];
    default:
      return undefined;
  }
}

function login({ body }: SoapCall, { request, version, org }: SoapContext): string {
  if (Number(version) > lastLoginVersion) {
    throw badRequest("UNSUPPORTED_API_VERSION", `login() is not available in API version ${version}.`);
  }
  const userId = userByPassword(org, values(body, "username")[0] ?? "", values(body, "password")[0]);
  checkUser(userId, org);
  const session = org.sessions.open(userId, "soap");
  const row = org.database.row(`SELECT "Username", "Email", "Name" FROM "User" WHERE "Id" = ?`, [userId]) ?? [];
  const [username, email, name] = row.map((value) => escapeText(String(value)));
  const server = `${request.origin}/services/Soap/u/${version}/${org.organizationId.slice(0, 15)}`;
  return `<passwordExpired>false</passwordExpired><sandbox>false</sandbox><serverUrl>${server}</serverUrl><sessionId>${session.token}</sessionId><userId>${userId}</userId><userInfo><organizationId>${org.organizationId}</organizationId><userEmail>${email ?? ""}</userEmail><userFullName>${name ?? ""}</userFullName><userId>${userId}</userId><userName>${username ?? ""}</userName><sessionSecondsValid>${org.sessions.lifetime / 1000}</sessionSecondsValid></userInfo>`;
}

/** The result for one record. Its errors do not affect other records. */
function resultOf(id: string, org: Org, write: (object: ObjectDefinition, id18: string) => void): string {
  try {
    const { object, id18 } = located(id, org);
    org.database.transaction(() => write(object, id18));
    return `<id>${id18}</id><success>true</success>`;
  } catch (error) {
    if (!(error instanceof SalesforceError)) throw error;
    return `<errors><message>${escapeText(error.message)}</message><statusCode>${error.errorCode}</statusCode></errors><id>${escapeText(id)}</id><success>false</success>`;
  }
}

function located(id: string, org: Org): { object: ObjectDefinition; id18: string } {
  const id18 = toId18(id);
  const object = id18 === undefined ? undefined : org.schema.byPrefix(id18.slice(0, 3));
  if (id18 === undefined || object === undefined) throw badRequest("MALFORMED_ID", `malformed id ${id}`);
  return { object, id18 };
}

function merge({ body }: SoapCall, org: Org, { removal, writer }: Records): string {
  const [master = ""] = values(body, "Id");
  const { object, id18 } = located(master, org);
  const loserIds = values(body, "recordToMergeIds").map((id) => located(id, org).id18);
  org.database.transaction(() => removal.merge(object, id18, { loserIds, writer }));
  const merged = loserIds.map((id) => `<mergedRecordIds>${id}</mergedRecordIds>`).join("");
  return `<id>${id18}</id>${merged}<success>true</success>`;
}
