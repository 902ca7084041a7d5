import type { Id } from "./sharing-facts.ts";

/** What decides who may see one record. A value that was not read is `undefined` and grants nothing. */
export interface RecordFacts {
  readonly id: Id;
  readonly object: string;
  readonly ownerId?: Id | null | undefined;
  /** `AccountId` of a contact, an opportunity or a case. */
  readonly accountId?: Id | null | undefined;
  /** `IsPrivate` of an opportunity. */
  readonly isPrivate?: boolean | undefined;
  /** The values of the master-detail fields, in the order of `ObjectFacts.masters`. */
  readonly masterIds?: readonly (Id | null | undefined)[] | undefined;
  /** The rows of the share table; "no share table" if the object has none because everybody may edit its records. */
  readonly shares?: readonly ShareFacts[] | "no share table" | undefined;
}

export interface ShareFacts {
  readonly userOrGroupId: Id;
  readonly rowCause?: string | null | undefined;
  readonly accessLevel?: string | null | undefined;
  /** The levels for an account's children; AccountShare only. */
  readonly contactAccessLevel?: string | null | undefined;
  readonly opportunityAccessLevel?: string | null | undefined;
  readonly caseAccessLevel?: string | null | undefined;
}

/** What decides who may see one file (ContentDocument). */
export interface FileFacts {
  readonly id: Id;
  readonly ownerId?: Id | null | undefined;
  /** `N`: visible to all who see the file's records; `P`: private on records. */
  readonly sharingPrivacy?: string | null | undefined;
  /** The rows of ContentDocumentLink; `undefined` if they could not be read. */
  readonly links?: readonly FileLinkFacts[] | undefined;
}

export interface FileLinkFacts {
  readonly linkedEntityId: Id;
  readonly visibility?: string | null | undefined;
}
