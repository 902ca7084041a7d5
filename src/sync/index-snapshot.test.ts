import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { IndexSnapshot } from "./index-snapshot.ts";
import { LinkedFiles } from "./linked-files.ts";
import type { IndexedDocument } from "./ports.ts";
import { file, MemoryIndex, record } from "../../test/support/memory-ports.ts";

const document = (id: string): IndexedDocument => ({
  id,
  fingerprint: `print ${id}`,
  versionId: null,
  textState: "done",
});

async function* inBatches(ids: readonly string[], size: number): AsyncGenerator<IndexedDocument[]> {
  for (let start = 0; start < ids.length; start += size)
    yield await Promise.resolve(ids.slice(start, start + size).map(document));
}

describe("IndexSnapshot", () => {
  it("returns each document once and keeps the remaining ones, in memory and on disk", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.stringMatching(/^[0-9A-Za-z]{1,4}$/), { maxLength: 60 }),
        fc.array(fc.nat(99)),
        fc.constantFrom(0, 10, 1000),
        async (ids, picks, limit) => {
          using known = await IndexSnapshot.load(inBatches(ids, 7), limit);
          const taken = new Set<string>();

          for (const pick of picks) {
            const id = ids[pick] ?? `unknown ${pick}`;
            expect(known.take(id)).toEqual(ids.includes(id) && !taken.has(id) ? document(id) : undefined);
            if (ids.includes(id)) taken.add(id);
          }

          expect(known.takenCount).toBe(taken.size);
          expect(ids.filter((id) => known.isTaken(id)).sort()).toEqual([...taken].sort());
          expect(known.isTaken("unknown 0")).toBe(false);
          expect([...known.remaining(5)].flat().sort()).toEqual(ids.filter((id) => !taken.has(id)).sort());
        },
      ),
    );
  });

  it("gives the remaining ids in batches", async () => {
    using known = await IndexSnapshot.load(inBatches(["a", "b", "c", "d", "e"], 2), 3);

    expect([...known.remaining(2)]).toEqual([["a", "b"], ["c", "d"], ["e"]]);
  });
});

describe("IndexSnapshot of some ids", () => {
  it("holds the indexed ones alone, of any object", async () => {
    const index = new MemoryIndex();
    for (const [id, type] of [
      ["001a", "Account"],
      ["003b", "Contact"],
      ["003c", "Contact"],
    ] as const)
      index.stored.set(id, { object_type: type, _fingerprint: `print ${id}` });

    using snapshot = await IndexSnapshot.load(index.documentsById(["001a", "003c", "003d"]));

    expect(snapshot.take("003c")?.fingerprint).toBe("print 003c");
    expect(snapshot.take("003d")).toBeUndefined();
    expect([...snapshot.remaining()].flat()).toEqual(["001a"]);
  });
});

describe("LinkedFiles", () => {
  it("holds each file once, with its records in order and its latest metadata", () => {
    using files = new LinkedFiles();

    files.add([
      record("003b", {}, [file("069x"), file("069y")]),
      record("001a", {}, [file("069y", { description: "newer" })]),
    ]);
    files.add([record("001a", {}, [file("069y", { description: "newest" })])]);

    expect(files.size).toBe(2);
    expect([...files]).toEqual([
      { file: file("069x"), relatedIds: ["003b"] },
      { file: file("069y", { description: "newest" }), relatedIds: ["001a", "003b"] },
    ]);
  });
});
