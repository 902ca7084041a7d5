import type { DescribedField, ObjectDescription, OrgDescription } from "../describe/org-description.ts";
import { permissionFieldOf } from "../objects/plan-object.ts";
import { fieldNamed, relationshipField } from "./named-members.ts";

const usersAndQueues: ReadonlySet<string> = new Set(["User", "Group"]);

/**
 * Readers of a record may see these of its users and queues. All authenticated users can access Group:
 * https://developer.salesforce.com/docs/platform/object-reference/references/standard-objects/object-group.html
 */
const namesOfUsers: ReadonlySet<string> = new Set(["id", "name", "firstname", "lastname", "email", "type"]);

/** What readers need to see a field: permission fields, and `Account.*` for every account. */
type Needs = readonly string[] | "never" | "unknown";

/** Follows the paths of fields. */
export class RelatedFields {
  readonly #org: OrgDescription;

  constructor(org: OrgDescription) {
    this.#org = org;
  }

  /** `never` if no permission makes the field visible; `unknown` if the path leads nowhere that the integration user sees. */
  async needs([head = "", ...rest]: readonly string[], description: ObjectDescription): Promise<Needs> {
    if (rest.length === 0) {
      const field = fieldNamed(description, head);
      return field ? ownNeed(field, description) : "unknown";
    }
    const reference = relationshipField(description, head);
    if (!reference) return "unknown";
    const own = ownNeed(reference, description);
    if (isId(rest)) return own;
    const areUsers = reference.referenceTo.every((target) => usersAndQueues.has(target));
    if (reference.referenceTo.length !== 1 && !areUsers) return "never";
    const below = await this.#needsOfTargets(reference.referenceTo, rest);
    if (typeof below === "string") return below;
    const areNames = areUsers && rest.length === 1 && namesOfUsers.has(rest[0]?.toLowerCase() ?? "");
    const related = areNames ? [] : reference.referenceTo.map((target) => `${target}.*`);
    return [...own, ...related, ...below];
  }

  /** Of a user or a queue, the field may exist in one of both only. */
  async #needsOfTargets(targets: readonly string[], path: readonly string[]): Promise<Needs> {
    const needs: string[] = [];
    let known = false;
    for (const target of targets) {
      const object = await this.#org.describe(target);
      const found = object ? await this.needs(path, object) : "unknown";
      if (found === "never") return found;
      if (found === "unknown") continue;
      known = true;
      needs.push(...found);
    }
    return known ? needs : "unknown";
  }
}

function ownNeed(field: DescribedField, description: ObjectDescription): readonly string[] {
  const permission = permissionFieldOf(field, description);
  return permission === undefined ? [] : [permission];
}

const isId = (path: readonly string[]): boolean => path.length === 1 && path[0]?.toLowerCase() === "id";
