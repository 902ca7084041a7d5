import type { SourceCount, SourceCounts } from "../connector/stored-connector.ts";
import { AppError } from "../core/errors.ts";
import type { Logger } from "../core/logger.ts";
import { fileObjectType } from "./file-document.ts";
import type { SourceObject, SourcePlan } from "./ports.ts";
import type { HeldDeletes, SyncStatistics } from "./report.ts";

/** When the brake acts: above both limits. */
export interface MassDeleteLimits {
  /** Allows every delete. */
  allowed: boolean;
  /** By how many percent Salesforce's count may fall. */
  percent: number;
  /** How many documents of an object, or attachments of its files, may be removed. */
  documents: number;
}

export interface MassDeleteBrakeOptions {
  limits: MassDeleteLimits;
  /** What Salesforce counted in earlier syncs. */
  previous: SourceCounts;
  plan: SourcePlan;
  indexedTypes: ReadonlyMap<string, number>;
  statistics: SyncStatistics;
  log: Logger;
}

type Selected = Pick<SourceObject, "name" | "selection">;

/** What one complete reading of an object found. */
interface Reading {
  records: number;
  links: number;
  /** The indexed documents that have no record. */
  gone: number;
}

/** The deletes of some objects were held back. Everything else was synced. */
export class DeletesHeldBackError extends AppError {
  override readonly code = "deletes_held_back";

  constructor(held: readonly HeldDeletes[], connectorId: string) {
    super(`${heldSentences(held)} Everything else was synced.`, {
      hint: `If they are really gone, allow it once: salesforce-connector sync --allow-deletes --connector ${connectorId}, or turn "Allow mass deletes" (allow_mass_deletes) on and sync again. If not, check what the integration user can read.`,
    });
  }
}

/**
 * The brake against mass deletes: if Salesforce suddenly counts far fewer records or attached files of an object than at the last sync, their
 * documents stay. It compares Salesforce's own counts, not the index, so that a changed sync rule or object list does not trigger it. Held
 * deletes keep the old count, so that the next run holds them too.
 */
export class MassDeleteBrake {
  readonly #options: MassDeleteBrakeOptions;
  readonly #counted = new Map<string, SourceCount>();
  readonly #keptFiles = new Set<string>();
  /** Without stored links, those of this run may be stored only after its files were compared with the index. */
  #linksAreDoubtful: boolean;

  constructor(options: MassDeleteBrakeOptions) {
    this.#options = options;
    this.#linksAreDoubtful = Object.values(options.previous).every(({ links }) => links === undefined);
  }

  /** Compares a complete reading. Returns whether the documents without a record must stay. */
  holds(object: Selected, { records, links, gone }: Reading): boolean {
    const { name, selection } = object;
    const stored = this.#storedOf(object);
    const before = this.#recordsBefore(object);
    const heldRecords = this.#brakes({ object: name, of: "records", before, now: records, held: gone });
    const heldLinks = this.#holdsLinks(object, links);
    if (heldRecords || heldLinks) this.#keptFiles.add(name);
    this.#counted.set(name, {
      selection,
      ...countOf("records", heldRecords ? stored?.records : records),
      ...countOf("links", heldRecords || heldLinks ? stored?.links : this.#newLinks(object, links)),
    });
    return heldRecords;
  }

  /** The stored counts, if they are of the same selection. */
  #storedOf({ name, selection }: Selected): SourceCount | undefined {
    const stored = this.#options.previous[name];
    return stored?.selection === selection ? stored : undefined;
  }

  /** Without a stored count, the index is the only fact. After a change of the selection, there is none. */
  #recordsBefore(object: Selected): number {
    const { previous, indexedTypes } = this.#options;
    const stored = this.#storedOf(object);
    if (previous[object.name] && !stored) return 0;
    return stored?.records ?? indexedTypes.get(object.name) ?? 0;
  }

  #holdsLinks(object: Selected, links: number): boolean {
    const { plan, indexedTypes } = this.#options;
    if (!plan.files || !indexedTypes.has(fileObjectType)) return false;
    const before = this.#storedOf(object)?.links ?? 0;
    return this.#brakes({ object: object.name, of: "files", before, now: links, held: before - links });
  }

  /** Files that the user cannot read now may come back; those that are turned off were deleted. */
  #newLinks(object: Selected, links: number): number | undefined {
    const { plan } = this.#options;
    if (plan.files) return links;
    return plan.unreadable.some(({ name }) => name === fileObjectType) ? this.#storedOf(object)?.links : undefined;
  }

  /** The objects whose files, and attachments of files, must stay; `files` is how many this run found. */
  objectsWithKeptFiles(files: number): readonly string[] {
    const { indexedTypes, plan } = this.#options;
    const before = this.#linksAreDoubtful ? (indexedTypes.get(fileObjectType) ?? 0) : 0;
    const found = { object: fileObjectType, of: "files" as const, before, now: files, held: before - files };
    this.#linksAreDoubtful = this.#brakes(found);
    return this.#linksAreDoubtful ? plan.objects.map(({ name }) => name) : [...this.#keptFiles];
  }

  /** The counts to compare the next run with. Objects that were not read completely keep theirs. */
  get counts(): SourceCounts {
    const { previous, plan } = this.#options;
    const names = [...plan.objects, ...plan.unreadable].map(({ name }) => name);
    return Object.fromEntries(
      names.flatMap((name) => {
        const count = this.#counted.get(name) ?? previous[name];
        if (!count) return [];
        const { links, ...records } = count;
        return [[name, this.#linksAreDoubtful || links === undefined ? records : count] as const];
      }),
    );
  }

  #brakes(found: HeldDeletes): boolean {
    const { limits, statistics, log } = this.#options;
    const { before, now, held } = found;
    const fallen = before > 0 && (before - now) * 100 > limits.percent * before;
    if (!fallen || held <= limits.documents) return false;
    if (limits.allowed) {
      log.info("mass delete allowed", { ...found });
      return false;
    }
    log.warn("deletes held back", { ...found });
    statistics.held.push(found);
    statistics.warn(toSentence(found));
    return true;
  }
}

function countOf(key: "records" | "links", count: number | undefined): Partial<SourceCount> {
  return count === undefined ? {} : { [key]: count };
}

/** The held deletes in words. */
export function heldSentences(held: readonly HeldDeletes[]): string {
  return held.map(toSentence).join(" ");
}

function toSentence({ object, of, before, now, held }: HeldDeletes): string {
  const [was, is, lost] = [before, now, held].map((count) => count.toLocaleString("en-US"));
  if (of === "records")
    return `Deletes of ${object} were held back: Salesforce counts ${is} records after ${was} at the last sync, so ${lost} documents would be deleted.`;
  const whose = object === fileObjectType ? "the records" : object;
  return `Deletes of the files of ${whose} were held back: Salesforce returned ${is} after ${was} at the last sync, so ${lost} would be removed.`;
}
