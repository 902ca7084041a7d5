import type { AccessProblems } from "./access-problems.ts";
import type { Groups } from "./groups.ts";
import type { Id, MemberFacts, SharingFacts, Table } from "./sharing-facts.ts";
import type { Reader } from "./users.ts";

type ContainerTables = Pick<
  SharingFacts,
  "organizationId" | "libraryMembers" | "chatterGroups" | "chatterGroupMembers"
>;

/** Libraries, Chatter groups and the organization, as far as files are shared with them. */
export class FileContainers {
  readonly #organizationId: Id;
  readonly #libraries: ReadonlyMap<Id, readonly Id[]>;
  readonly #chatterGroups: ReadonlyMap<Id, readonly Id[]>;

  constructor(facts: ContainerTables, problems: AccessProblems) {
    this.#organizationId = facts.organizationId;
    if (facts.libraryMembers === undefined) {
      problems.add("ContentWorkspaceMember could not be read: files of libraries stay hidden from members.");
    }
    if (facts.chatterGroupMembers === undefined) {
      problems.add("CollaborationGroupMember could not be read: files of Chatter groups stay hidden from members.");
    }
    for (const { id, collaborationType } of facts.chatterGroups ?? []) {
      if (collaborationType === "Public")
        problems.add("Files of a public Chatter group are shown to its members only.", id);
    }
    this.#libraries = containersByMember(facts.libraryMembers);
    this.#chatterGroups = containersByMember(facts.chatterGroupMembers);
  }

  /** The containers whose files the user sees; libraries also through groups. */
  heldBy(reader: Reader, groups: ReturnType<Groups["heldBy"]>): Id[] {
    const members = [reader.id, ...groups];
    return [
      ...members.flatMap((id) => this.#libraries.get(id) ?? []),
      ...(this.#chatterGroups.get(reader.id) ?? []),
      ...(reader.kind === "internal" ? [this.#organizationId] : []),
    ];
  }
}

function containersByMember(rows: Table<MemberFacts>): Map<Id, Id[]> {
  const found = new Map<Id, Id[]>();
  for (const { containerId, memberId } of rows ?? []) {
    const containers = found.get(memberId);
    if (containers) containers.push(containerId);
    else found.set(memberId, [containerId]);
  }
  return found;
}
