import type { Id } from "./sharing-facts.ts";
import type { Users } from "./users.ts";

/** The lines of `User.ManagerId`. They count only for the groups that Salesforce keeps of them. */
export class ManagerLines {
  readonly #users: Users;
  readonly #reports = new Map<Id, Id[]>();

  constructor(users: Users) {
    this.#users = users;
    for (const { id, managerId } of users.all()) {
      if (typeof managerId !== "string") continue;
      const reports = this.#reports.get(managerId);
      if (reports) reports.push(id);
      else this.#reports.set(managerId, [id]);
    }
  }

  /** Direct and indirect managers. The line goes on through inactive users and ends at a user who is missing or already in it; in a circle, users manage themselves. */
  above(id: Id): Set<Id> {
    const line = new Set<Id>();
    let manager = this.#users.get(id)?.managerId;
    while (typeof manager === "string" && !line.has(manager)) {
      const row = this.#users.get(manager);
      if (row === undefined) break;
      line.add(manager);
      manager = row.managerId;
    }
    return line;
  }

  /** Direct and indirect reports. */
  below(id: Id): Set<Id> {
    const found = new Set<Id>();
    // A set may grow while it is read: its new members are read too.
    for (const report of this.#reports.get(id) ?? []) found.add(report);
    for (const report of found) for (const next of this.#reports.get(report) ?? []) found.add(next);
    found.delete(id);
    return found;
  }
}
