const lineLength = 88;
const linesOnPage = 46;

/**
 * A PDF in Helvetica (ISO 32000-1: catalog, pages, one content stream for each page, cross-reference table). Omits characters that are not
 * in the WinAnsi encoding.
 */
export function pdfDocument(paragraphs: readonly string[]): Buffer {
  const lines = paragraphs.flatMap((paragraph) => [...wrap(paragraph), ""]);
  const pages: string[][] = [];
  for (let at = 0; at < lines.length; at += linesOnPage) pages.push(lines.slice(at, at + linesOnPage));
  const objects: Buffer[] = [];
  const pageNumbers = pages.map((_, index) => 4 + index * 2);
  objects.push(
    Buffer.from("<< /Type /Catalog /Pages 2 0 R >>"),
    Buffer.from(`<< /Type /Pages /Count ${pages.length} /Kids [${pageNumbers.map((n) => `${n} 0 R`).join(" ")}] >>`),
    Buffer.from("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"),
  );
  for (const [index, page] of pages.entries()) {
    objects.push(
      Buffer.from(
        `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents ${5 + index * 2} 0 R /Resources << /Font << /F1 3 0 R >> >> >>`,
      ),
      stream(page),
    );
  }
  return assemble(objects);
}

function stream(lines: readonly string[]): Buffer {
  const text = lines.map((line) => `(${escapePdf(line)}) Tj T*`).join("\n");
  const content = Buffer.from(`BT /F1 11 Tf 16 TL 56 780 Td\n${text}\nET`, "latin1");
  return Buffer.concat([Buffer.from(`<< /Length ${content.length} >>\nstream\n`), content, Buffer.from("\nendstream")]);
}

function assemble(objects: readonly Buffer[]): Buffer {
  const parts: Buffer[] = [Buffer.from("%PDF-1.4\n%\u00e2\u00e3\u00cf\u00d3\n", "latin1")];
  const offsets: number[] = [];
  let size = parts[0]?.length ?? 0;
  for (const [index, object] of objects.entries()) {
    offsets.push(size);
    const part = Buffer.concat([Buffer.from(`${index + 1} 0 obj\n`), object, Buffer.from("\nendobj\n")]);
    parts.push(part);
    size += part.length;
  }
  const table = offsets.map((offset) => `${String(offset).padStart(10, "0")} 00000 n \n`).join("");
  const count = objects.length + 1;
  parts.push(
    Buffer.from(
      `xref\n0 ${count}\n0000000000 65535 f \n${table}trailer\n<< /Size ${count} /Root 1 0 R >>\nstartxref\n${size}\n%%EOF\n`,
    ),
  );
  return Buffer.concat(parts);
}

function wrap(paragraph: string): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of paragraph.replaceAll(/[^\u0020-\u00ff]/gu, "").split(" ")) {
    if (line !== "" && line.length + word.length >= lineLength) {
      lines.push(line);
      line = "";
    }
    line += line === "" ? word : ` ${word}`;
  }
  return [...lines, line];
}

function escapePdf(text: string): string {
  return text.replaceAll(/[\\()]/gu, (character) => `\\${character}`);
}
