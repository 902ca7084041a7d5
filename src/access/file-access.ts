import type { AccessProblems } from "./access-problems.ts";
import type { PartList } from "./document-access.ts";
import type { FileFacts, FileLinkFacts } from "./record-facts.ts";
import type { Id } from "./sharing-facts.ts";
import { filePart, group, internal, type Principal, publicTo, user } from "./tokens.ts";
import type { Users } from "./users.ts";

interface FileParts {
  readonly organizationId: Id;
  readonly users: Users;
  readonly problems: AccessProblems;
}

/** Above this number of links, a file is shown to its owner and to direct shares only. */
const maxLinks = 500;

const library = "058";
const chatterGroup = "0F9";

/** Who may see a file: its owner, the people and containers that it is shared with, and the readers of its records. */
export class FileRules {
  readonly #parts: FileParts;

  constructor(parts: FileParts) {
    this.#parts = parts;
  }

  /** `recordPrincipals` is what a record gives to its files, or `undefined` for a record that was not found. */
  accessTo(file: FileFacts, recordPrincipals: (id: Id) => readonly PartList[] | undefined): PartList[] {
    const { problems } = this.#parts;
    const { id, ownerId, links = [], sharingPrivacy } = file;
    const owner = typeof ownerId === "string" && this.#parts.users.get(ownerId) !== undefined ? [user(ownerId)] : [];
    if (file.links === undefined) problems.add("The links of a file could not be read: only its owner sees it.", id);
    const direct = links.flatMap((link) => this.#direct(link));
    const own = { part: filePart, principals: [...owner, ...direct] };
    if (sharingPrivacy !== "N") return [own];
    if (links.length > maxLinks) {
      problems.add("A file has more than 500 links: only its owner and direct shares see it.", id);
      return [own];
    }
    return [own, ...links.flatMap((link) => onRecord(link, recordPrincipals))];
  }

  /** No superiors: a file that is shared with a user is not shared with those above. */
  #direct({ linkedEntityId, visibility }: FileLinkFacts): Principal[] {
    const { organizationId, users } = this.#parts;
    const isUser = users.get(linkedEntityId) !== undefined;
    const isContainer =
      linkedEntityId.startsWith(library) ||
      linkedEntityId.startsWith(chatterGroup) ||
      linkedEntityId === organizationId;
    if (!isUser && !isContainer) return [];
    const principal = isUser ? user(linkedEntityId) : group(linkedEntityId);
    if (visibility === "AllUsers" || (visibility === "SharedUsers" && isUser)) return [principal];
    return visibility === "InternalUsers" ? [internal(principal)] : [];
  }
}

function onRecord(
  { linkedEntityId, visibility }: FileLinkFacts,
  recordPrincipals: (id: Id) => readonly PartList[] | undefined,
): readonly PartList[] {
  const lists = recordPrincipals(linkedEntityId) ?? [];
  if (visibility === "AllUsers") return lists;
  return visibility === "InternalUsers" ? lists.map(forInternalUsers) : [];
}

function forInternalUsers({ part, principals }: PartList): PartList {
  return {
    part,
    principals: principals
      .filter((principal) => principal !== publicTo.external)
      .map((principal) => (principal === publicTo.internal ? principal : internal(principal))),
  };
}
