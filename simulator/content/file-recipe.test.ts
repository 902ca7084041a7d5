import { crc32 } from "node:zlib";
import { describe, expect, test } from "vitest";
import { fileFormats, type FileRecipe, renderFile } from "./file-recipe.ts";

const recipe = (format: FileRecipe["format"], language: FileRecipe["language"] = "de"): FileRecipe => ({
  seed: "s",
  format,
  language,
  title: "Angebot (Nr. 1) für Müller & Söhne",
  company: "Müller & Söhne",
  person: "Jürgen Groß",
  product: "Kestrel Pump 10",
  city: "Köln",
  paragraphs: 60,
  mark: "mark7",
});

test.each(fileFormats)("a %s file always has the same bytes, with its unique word", (format) => {
  const bytes = renderFile(recipe(format));

  expect(bytes.equals(renderFile(recipe(format)))).toBe(true);
  expect(bytes.includes(Buffer.from("mark7", format === "utf16" ? "utf16le" : "utf8"))).toBe(true);
});

describe("character encodings", () => {
  test("Latin-1 has one byte for each letter, UTF-16 begins with a byte order mark", () => {
    expect(renderFile(recipe("latin1")).toString("latin1")).toContain("Müller & Söhne");
    expect(renderFile(recipe("utf16")).subarray(0, 2)).toEqual(Buffer.from([0xff, 0xfe]));
    expect(renderFile(recipe("utf16")).toString("utf16le")).toContain("Jürgen Groß");
  });

  test("an Arabic HTML page declares its direction", () => {
    expect(renderFile(recipe("html", "ar")).toString()).toContain('dir="rtl"');
  });
});

test("the offsets in the cross-reference table of a PDF point to its objects", () => {
  const text = renderFile(recipe("pdf")).toString("latin1");
  const start = Number(/startxref\n(?<at>\d+)/u.exec(text)?.groups?.["at"]);
  const offsets = [...text.slice(start).matchAll(/^(\d{10}) 00000 n/gmu)].map((match) => Number(match[1]));

  expect(text.slice(start, start + 4)).toBe("xref");
  expect(offsets.length).toBeGreaterThan(6);
  for (const [index, offset] of offsets.entries())
    expect(text.slice(offset).startsWith(`${index + 1} 0 obj`)).toBe(true);
});

test("the headers of a DOCX have the right checksums and sizes", () => {
  const bytes = renderFile(recipe("docx"));
  const names: string[] = [];
  for (let at = 0; bytes.readUInt32LE(at) === 0x0403_4b50;) {
    const size = bytes.readUInt32LE(at + 22);
    const nameLength = bytes.readUInt16LE(at + 26);
    const data = bytes.subarray(at + 30 + nameLength, at + 30 + nameLength + size);
    names.push(bytes.subarray(at + 30, at + 30 + nameLength).toString());
    expect(crc32(data)).toBe(bytes.readUInt32LE(at + 14));
    at += 30 + nameLength + size;
  }

  expect(names).toEqual(["[Content_Types].xml", "_rels/.rels", "word/document.xml"]);
  expect(bytes.toString()).toContain("Müller &amp; Söhne");
});
