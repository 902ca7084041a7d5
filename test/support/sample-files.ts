import { crc32, deflateRawSync } from "node:zlib";

// Small valid files, generated without the library that reads them.

/** The metadata of the samples, if their format has any. */
export const sampleTitle = "Quarterly review";
export const sampleAuthor = "Ada Lovelace";
/** The text of the samples: one sentence with a non-ASCII character. */
export const sampleText = "Acme renews in Zürich: 42 licences.";

/** PDF 1.4: one page, a standard font, title, author, keywords and date. The text may contain Latin-1 characters. */
export function samplePdf(text: string = sampleText): Buffer {
  const page = `BT /F1 12 Tf 72 720 Td (${text.replaceAll(/[()\\]/g, "\\$&")}) Tj ET`;
  const objects = [
    "<< /Type /Catalog /Pages 2 0 R >>",
    "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
    `<< /Length ${page.length} >>\nstream\n${page}\nendstream`,
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    `<< /Title (${sampleTitle}) /Author (${sampleAuthor}) /Keywords (acme, renewal) /CreationDate (D:20240229101112Z) >>`,
  ];
  let file = "%PDF-1.4\n";
  const offsets = objects.map((object, index) => {
    const offset = file.length;
    file += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  const rows = offsets.map((offset) => `${String(offset).padStart(10, "0")} 00000 n \n`).join("");
  const count = objects.length + 1;
  file += `xref\n0 ${count}\n0000000000 65535 f \n${rows}trailer\n<< /Size ${count} /Root 1 0 R /Info 6 0 R >>\n`;
  return Buffer.from(`${file}startxref\n${file.lastIndexOf("xref\n")}\n%%EOF\n`, "latin1");
}

/** A zip archive of compressed entries, in the order given; `mimetype` is stored as it is, as OpenDocument wants it. */
export function zip(entries: Readonly<Record<string, string>>): Buffer {
  const local: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const [name, text] of Object.entries(entries)) {
    const data = Buffer.from(text);
    const path = Buffer.from(name);
    const stored = name === "mimetype";
    const packed = stored ? data : deflateRawSync(data);
    // Version 2.0, no flags, method, no time, checksum, both sizes, length of the name, no extra field.
    const header = Buffer.alloc(26);
    header.writeUInt16LE(20, 0);
    header.writeUInt16LE(stored ? 0 : 8, 4);
    header.writeUInt32LE(crc32(data), 10);
    header.writeUInt32LE(packed.length, 14);
    header.writeUInt32LE(data.length, 18);
    header.writeUInt16LE(path.length, 22);
    const entry = Buffer.concat([Buffer.from("PK\x03\x04", "latin1"), header, path, packed]);
    const position = Buffer.alloc(14);
    position.writeUInt32LE(offset, 10);
    const maker = Buffer.from([20, 0]);
    central.push(Buffer.concat([Buffer.from("PK\x01\x02", "latin1"), maker, header, position, path]));
    local.push(entry);
    offset += entry.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(central.length, 4);
  end.writeUInt16LE(central.length, 6);
  end.writeUInt32LE(directory.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...local, directory, Buffer.from("PK\x05\x06", "latin1"), end]);
}

const xml = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const packages = "http://schemas.openxmlformats.org/package/2006";
const office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const mainTypes = "application/vnd.openxmlformats-officedocument";

/** The content type of each part that is not plain XML; the main part comes first. */
type PartTypes = Readonly<Record<string, string>>;

/** The parts that every Office Open XML file has: types, the relationship to the main part, and the properties. */
function officePackage(types: PartTypes, parts: Readonly<Record<string, string>>): Buffer {
  const core = "docProps/core.xml";
  const main = Object.keys(types)[0] ?? "";
  const overrides = Object.entries({ ...types, [core]: "application/vnd.openxmlformats-package.core-properties+xml" })
    .map(([path, type]) => `<Override PartName="/${path}" ContentType="${type}"/>`)
    .join("");
  return zip({
    "[Content_Types].xml": `${xml}<Types xmlns="${packages}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>${overrides}</Types>`,
    "_rels/.rels": `${xml}<Relationships xmlns="${packages}/relationships"><Relationship Id="r1" Type="${office}/officeDocument" Target="${main}"/><Relationship Id="r2" Type="${packages}/relationships/metadata/core-properties" Target="${core}"/></Relationships>`,
    [core]: `${xml}<cp:coreProperties xmlns:cp="${packages}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>${sampleTitle}</dc:title><dc:creator>${sampleAuthor}</dc:creator><dcterms:created xsi:type="dcterms:W3CDTF">2024-02-29T10:11:12Z</dcterms:created></cp:coreProperties>`,
    ...parts,
  });
}

/** A Word document of one paragraph. */
export function sampleDocx(text: string = sampleText): Buffer {
  const namespace = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
  return officePackage(
    { "word/document.xml": `${mainTypes}.wordprocessingml.document.main+xml` },
    {
      "word/document.xml": `${xml}<w:document xmlns:w="${namespace}"><w:body><w:p><w:r><w:t>${text}</w:t></w:r></w:p></w:body></w:document>`,
    },
  );
}

/** A workbook of one sheet with one cell. */
export function sampleXlsx(text: string = sampleText): Buffer {
  const namespace = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
  return officePackage(
    {
      "xl/workbook.xml": `${mainTypes}.spreadsheetml.sheet.main+xml`,
      "xl/worksheets/sheet1.xml": `${mainTypes}.spreadsheetml.worksheet+xml`,
    },
    {
      "xl/workbook.xml": `${xml}<workbook xmlns="${namespace}" xmlns:r="${office}"><sheets><sheet name="Renewals" sheetId="1" r:id="r1"/></sheets></workbook>`,
      "xl/_rels/workbook.xml.rels": `${xml}<Relationships xmlns="${packages}/relationships"><Relationship Id="r1" Type="${office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
      "xl/worksheets/sheet1.xml": `${xml}<worksheet xmlns="${namespace}"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>${text}</t></is></c></row></sheetData></worksheet>`,
    },
  );
}

/** An OpenDocument text of one paragraph. */
export function sampleOdt(text: string = sampleText): Buffer {
  const names = "urn:oasis:names:tc:opendocument:xmlns";
  const namespaces = `xmlns:office="${names}:office:1.0" xmlns:text="${names}:text:1.0" xmlns:meta="${names}:meta:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/" office:version="1.2"`;
  const type = "application/vnd.oasis.opendocument.text";
  return zip({
    mimetype: type,
    "META-INF/manifest.xml": `${xml}<manifest:manifest xmlns:manifest="${names}:manifest:1.0"><manifest:file-entry manifest:full-path="/" manifest:media-type="${type}"/><manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>`,
    "meta.xml": `${xml}<office:document-meta ${namespaces}><office:meta><dc:title>${sampleTitle}</dc:title><meta:initial-creator>${sampleAuthor}</meta:initial-creator><dc:creator>${sampleAuthor}</dc:creator><meta:creation-date>2024-02-29T10:11:12Z</meta:creation-date></office:meta></office:document-meta>`,
    "content.xml": `${xml}<office:document-content ${namespaces}><office:body><office:text><text:p>${text}</text:p></office:text></office:body></office:document-content>`,
  });
}

/** Rich text of one paragraph. */
export function sampleRtf(): Buffer {
  const text = sampleText.replaceAll(/[^ -~]/g, (character) => `\\u${character.charCodeAt(0)}?`);
  return Buffer.from(`{\\rtf1\\ansi{\\info{\\title ${sampleTitle}}{\\author ${sampleAuthor}}}\\pard ${text}\\par}`);
}

/** A web page. */
export function sampleHtml(): Buffer {
  return Buffer.from(
    `<!DOCTYPE html><html><head><meta charset="utf-8"><title>${sampleTitle}</title><meta name="author" content="${sampleAuthor}"><style>p { color: red }</style></head><body><script>var hidden = 1;</script><p>${sampleText}</p></body></html>`,
  );
}

/** A mail with a text, and a text file attached. */
export function sampleEml(): Buffer {
  const lines = [
    `From: ${sampleAuthor} <ada@example.com>`,
    "To: Bob <bob@example.com>",
    `Subject: ${sampleTitle}`,
    "Date: Thu, 29 Feb 2024 10:11:12 +0000",
    "MIME-Version: 1.0",
    'Content-Type: multipart/mixed; boundary="part"',
    "",
    "--part",
    "Content-Type: text/plain; charset=utf-8",
    "Content-Transfer-Encoding: base64",
    "",
    Buffer.from(sampleText).toString("base64"),
    "--part",
    'Content-Type: text/plain; name="terms.txt"',
    'Content-Disposition: attachment; filename="terms.txt"',
    "",
    "Thirty days net.",
    "--part--",
    "",
  ];
  return Buffer.from(lines.join("\r\n"));
}
