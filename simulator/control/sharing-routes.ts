import { parseCriteria, UnsupportedRuleError } from "../access/restriction-rules.ts";
import { type HttpRequest, type HttpResponse, isRecord, json } from "../http/message.ts";
import type { Org } from "../org/org.ts";
import type { SharingModel } from "../schema/object-definition.ts";
import { toId18 } from "../schema/record-id.ts";
import { wellKnownIds } from "../schema/well-known-ids.ts";
import { accountChildren, childLevels, shareTableOf } from "../sharing/share-tables.ts";
import { openness, type SharingDefaults } from "../sharing/sharing-settings.ts";
import type { ControlRoute } from "./control-context.ts";
import { ControlError, RequestMembers } from "./request-members.ts";
import { objectBody, parsedBody } from "./request-body.ts";

// Settings that administrators change on the setup pages of Salesforce: sharing settings, sharing rules, portal roles, restriction rules,
// sharing sets. No API of Salesforce changes them immediately.

function postSharing(request: HttpRequest, org: Org): HttpResponse {
  const known = ["defaults", "without_hierarchies", "implicit_child_rows", "newest_api_version", "portal_roles"];
  const read = new RequestMembers(objectBody(request), { name: "sharing", known });
  const defaults = read.value("defaults");
  const without = read.value("without_hierarchies");
  const rows = read.text("implicit_child_rows");
  const version = read.number("newest_api_version", 50, 67);
  const portalRoles = read.number("portal_roles", 1, 3);
  org.database.transaction(() => {
    const changed = defaults === undefined ? [] : setDefaults(org, defaults);
    const stored = org.sharing.storesImplicitChildren;
    if (without !== undefined) org.sharing.setFact("withoutHierarchies", customObjects(org, without).join(","));
    if (rows !== undefined) {
      org.sharing.setFact("implicitChildRows", oneOf(rows, ["computed", "stored"], "implicit_child_rows"));
    }
    if (version !== undefined) org.sharing.setFact("newestApiVersion", String(version));
    if (portalRoles !== undefined) org.sharing.setFact("portalRoles", String(Math.floor(portalRoles)));
    if (stored !== org.sharing.storesImplicitChildren) changed.push("Account", ...accountChildren);
    const { changes, writer } = org.records(wellKnownIds.adminUser);
    changes.refreshShares(changed, writer);
  });
  return sharingResponse(org);
}

function sharingResponse({ schema, sharing }: Org): HttpResponse {
  const objects = schema.objects.filter(({ access, customSetting }) => access.kind === "permission" && !customSetting);
  return json({
    defaults: Object.fromEntries(objects.map(({ name }) => [name, sharing.defaultsOf(name)])),
    without_hierarchies: sharing.withoutHierarchies,
    implicit_child_rows: sharing.storesImplicitChildren ? "stored" : "computed",
    newest_api_version: sharing.newestApiVersion,
    portal_roles: sharing.portalRoles,
  });
}

/** The objects whose defaults are also columns of Organization. */
const organizationColumns = ["Account", "Contact", "Opportunity", "Lead", "Case", "Campaign"];
const organizationWords: Readonly<Partial<Record<SharingModel, string>>> = {
  Private: "None",
  Read: "Read",
  ReadWrite: "Edit",
  ReadWriteTransfer: "ReadEditTransfer",
  FullAccess: "All",
  ControlledByParent: "ControlledByParent",
};

/** Sets defaults and returns the objects whose defaults have changed. */
function setDefaults(org: Org, given: unknown): string[] {
  const changed: string[] = [];
  if (!isRecord(given)) throw new ControlError("sharing.defaults must be an object of objects.");
  for (const [name, value] of Object.entries(given)) {
    const object = org.schema.find(name);
    if (object?.access.kind !== "permission" || object.masters.length > 0) {
      throw new ControlError(`sharing.defaults: ${name} has no default of its own.`);
    }
    const defaults = defaultsOf(object.name, value);
    const before = org.sharing.defaultsOf(object.name);
    if (before.internal === defaults.internal && before.external === defaults.external) continue;
    changed.push(object.name);
    org.sharing.setDefaults(object.name, defaults);
    if (!organizationColumns.includes(object.name)) continue;
    org.database.run(`UPDATE "Organization" SET "Default${object.name}Access" = ?`, [
      organizationWords[defaults.internal] ?? "None",
    ]);
    org.database.touch("Organization");
  }
  return changed;
}

/** One model for all users, or `{"internal","external"}`. External must not be wider ("External Organization-Wide Defaults"). */
function defaultsOf(name: string, value: unknown): SharingDefaults {
  const internal = modelOf(name, isRecord(value) ? value["internal"] : value);
  const external = modelOf(name, isRecord(value) ? value["external"] : value);
  const controlled = internal === "ControlledByParent" || external === "ControlledByParent";
  if (controlled && (name !== "Contact" || internal !== external)) {
    throw new ControlError(`sharing.defaults.${name}: only contacts can be controlled by their parent, for all users.`);
  }
  if (openness.indexOf(external) > openness.indexOf(internal)) {
    throw new ControlError(`sharing.defaults.${name}: the external default is wider than the internal one.`);
  }
  return { internal, external };
}

function modelOf(name: string, value: unknown): SharingModel {
  const model = openness.find((known) => known === value);
  if (model === undefined) throw new ControlError(`sharing.defaults.${name} must be one of ${openness.join(", ")}.`);
  return model;
}

function customObjects({ schema }: Org, value: unknown): string[] {
  if (!Array.isArray(value)) throw new ControlError("sharing.without_hierarchies must be a list of custom objects.");
  return value.map((name: unknown) => {
    const object = typeof name === "string" ? schema.find(name) : undefined;
    if (object?.custom !== true) throw new ControlError(`${String(name)} is not a custom object: it uses hierarchies.`);
    return object.name;
  });
}

function oneOf(value: string | undefined, allowed: readonly string[], name: string): string {
  if (value !== undefined && allowed.includes(value)) return value;
  throw new ControlError(`${name} must be one of ${allowed.join(", ")}.`);
}

function idOf(value: unknown, name: string): string {
  const id = typeof value === "string" ? toId18(value) : undefined;
  if (id === undefined) throw new ControlError(`${name} must be an id, not ${JSON.stringify(value)}.`);
  return id;
}

/** Adds a role for the external users of an account, also one that their creation would not make, such as a second line of roles. */
function postPortalRole(request: HttpRequest, org: Org): HttpResponse {
  const known = ["account", "type", "rank", "parent"];
  const read = new RequestMembers(objectBody(request), { name: "portal-roles", known });
  const account = idOf(read.value("account"), "portal-roles.account");
  const type = oneOf(read.text("type"), ["Partner", "CustomerPortal"], "portal-roles.type");
  const rank = oneOf(read.text("rank"), ["Executive", "Manager", "Worker"], "portal-roles.rank");
  const given = read.value("parent");
  const { changes, writer } = org.records(wellKnownIds.adminUser);
  const values = {
    Name: `${type} ${rank}`,
    DeveloperName: `${type}_${rank}_${account}`,
    ParentRoleId: given === undefined ? ownerRole(org, account) : idOf(given, "portal-roles.parent"),
    PortalAccountId: account,
    PortalType: type,
    PortalRole: rank,
  };
  return json({ id: org.database.transaction(() => changes.addRow(org.schema.get("UserRole"), values, writer)) });
}

function ownerRole({ database }: Org, account: string): string | null {
  const role = database.row(
    `SELECT u."UserRoleId" FROM "Account" a JOIN "User" u ON u."Id" = a."OwnerId" WHERE a."Id" = ?`,
    [account],
  )?.[0];
  return typeof role === "string" ? role : null;
}

/** Adds share rows of sharing rules. */
function postRuleShares(request: HttpRequest, org: Org): HttpResponse {
  const { changes, writer } = org.records(wellKnownIds.adminUser);
  const ids = org.database.transaction(() =>
    listBody(request, "rule-shares").map((row) => {
      const known = ["record", "to", "cause", "level", "contact_level", "opportunity_level", "case_level"];
      const read = new RequestMembers(row, { name: "rule-shares", known });
      const record = idOf(read.value("record"), "rule-shares.record");
      const table = shareTableOf(org.schema.byPrefix(record.slice(0, 3))?.name ?? "");
      if (table === undefined || !org.sharing.hasShareTable(table.object)) {
        throw new ControlError(`The object of ${record} has no share table.`);
      }
      const levels = ["contact_level", "opportunity_level", "case_level"].map((name) => read.text(name) ?? "None");
      const values = {
        [table.parentField]: record,
        UserOrGroupId: idOf(read.value("to"), "rule-shares.to"),
        RowCause: oneOf(read.text("cause") ?? "Rule", ["Rule", "GuestRule"], "rule-shares.cause"),
        [table.level]: oneOf(read.text("level") ?? "Read", ["Read", "Edit"], "rule-shares.level"),
        ...(table.object === "Account"
          ? Object.fromEntries(childLevels.map((name, at) => [name, levels[at] ?? ""]))
          : {}),
      };
      return changes.addRow(org.schema.get(table.share), values, writer);
    }),
  );
  return json({ ids });
}

function postRestrictionRules(request: HttpRequest, org: Org): HttpResponse {
  const object = org.schema.get("RestrictionRule");
  const { changes, writer } = org.records(wellKnownIds.adminUser);
  const ids = org.database.transaction(() => {
    org.database.run(`DELETE FROM "RestrictionRule"`);
    org.database.touch("RestrictionRule");
    return listBody(request, "restriction-rules").map((rule, index) => {
      const known = ["object", "enforcement", "active", "user_criteria", "record_filter"];
      const read = new RequestMembers(rule, { name: "restriction-rules", known });
      const target = org.schema.find(read.text("object") ?? "");
      if (target?.custom !== true) throw new ControlError("restriction-rules.object must be a custom object.");
      const values = {
        DeveloperName: `Rule_${index + 1}`,
        MasterLabel: `Rule ${index + 1}`,
        Language: "en_US",
        EnforcementType: oneOf(read.text("enforcement") ?? "Restrict", ["Restrict", "Scoping"], "enforcement"),
        IsActive: read.value("active") === false ? 0 : 1,
        TargetEntity: target.name,
        UserCriteria: criteriaOf(read.text("user_criteria")),
        RecordFilter: criteriaOf(read.text("record_filter")),
        Version: 1,
      };
      return changes.addRow(object, values, writer);
    });
  });
  return json({ ids });
}

function criteriaOf(text: string | undefined): string {
  try {
    parseCriteria(text ?? "");
    return text ?? "";
  } catch (error) {
    if (error instanceof UnsupportedRuleError) throw new ControlError(error.message);
    throw error;
  }
}

/** Adds access that Salesforce grants without share rows: by sharing sets and super user access. */
function postUnstoredAccess(request: HttpRequest, { database }: Org): HttpResponse {
  const grants = listBody(request, "unstored-access").map((grant) => {
    const read = new RequestMembers(grant, { name: "unstored-access", known: ["user", "record"] });
    return [idOf(read.value("user"), "unstored-access.user"), idOf(read.value("record"), "unstored-access.record")];
  });
  database.transaction(() => {
    database.run(`DELETE FROM "_unstored_grants"`);
    for (const grant of grants) database.run(`INSERT INTO "_unstored_grants" VALUES (?, ?)`, grant);
    database.touch("_unstored_grants");
  });
  return json({ grants: grants.length });
}

function listBody(request: HttpRequest, name: string): Record<string, unknown>[] {
  const list = parsedBody(request);
  if (!Array.isArray(list) || !list.every((item) => isRecord(item))) {
    throw new ControlError(`The body of ${name} must be a list of objects.`);
  }
  return list;
}

export const sharingRoutes: readonly ControlRoute[] = [
  { method: "GET", pattern: "sharing", handle: (_request, _parts, { org }) => sharingResponse(org) },
  { method: "POST", pattern: "sharing", handle: (request, _, { org }) => postSharing(request, org) },
  { method: "POST", pattern: "portal-roles", handle: (request, _, { org }) => postPortalRole(request, org) },
  { method: "POST", pattern: "rule-shares", handle: (request, _, { org }) => postRuleShares(request, org) },
  { method: "POST", pattern: "restriction-rules", handle: (request, _, { org }) => postRestrictionRules(request, org) },
  { method: "POST", pattern: "unstored-access", handle: (request, _, { org }) => postUnstoredAccess(request, org) },
];
