import { Random } from "../core/random.ts";
import { docxDocument, escapeXml } from "./docx-document.ts";
import { pdfDocument } from "./pdf-document.ts";
import { drawProse, type Language } from "./prose.ts";

/** `txt`, `latin1` and `utf16` are text files in different character encodings. */
export const fileFormats = ["pdf", "docx", "html", "txt", "latin1", "utf16", "md", "csv"] as const;
type FileFormat = (typeof fileFormats)[number];

/** The input for rendering a generated file. It is stored instead of the bytes. */
export interface FileRecipe {
  readonly seed: string;
  readonly format: FileFormat;
  readonly language: Language;
  readonly title: string;
  readonly company: string;
  readonly person: string;
  readonly product: string;
  readonly city: string;
  readonly paragraphs: number;
  /** A word that is unique to this file. */
  readonly mark: string;
}

export const formatFacts: Readonly<Record<FileFormat, { readonly extension: string; readonly fileType: string }>> = {
  pdf: { extension: "pdf", fileType: "PDF" },
  docx: { extension: "docx", fileType: "WORD_X" },
  html: { extension: "html", fileType: "HTML" },
  txt: { extension: "txt", fileType: "TEXT" },
  latin1: { extension: "txt", fileType: "TEXT" },
  utf16: { extension: "txt", fileType: "TEXT" },
  md: { extension: "md", fileType: "UNKNOWN" },
  csv: { extension: "csv", fileType: "CSV" },
};

/** The same recipe always gives the same bytes. */
export function renderFile(recipe: FileRecipe): Buffer {
  const paragraphs = paragraphsOf(recipe);
  switch (recipe.format) {
    case "pdf":
      return pdfDocument(paragraphs);
    case "docx":
      return docxDocument(paragraphs);
    case "html":
      return Buffer.from(htmlOf(recipe, paragraphs));
    case "txt":
      return Buffer.from(paragraphs.join("\n\n"));
    case "latin1":
      return Buffer.from(paragraphs.join("\r\n\r\n").replaceAll(/[^\u0000-\u00ff]/gu, "?"), "latin1");
    case "utf16":
      return Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(paragraphs.join("\n\n"), "utf16le")]);
    case "md":
      return Buffer.from(`# ${recipe.title}\n\n${paragraphs.slice(1).join("\n\n")}\n`);
    case "csv":
      return Buffer.from(csvOf(paragraphs));
  }
}

function paragraphsOf(recipe: FileRecipe): string[] {
  const random = new Random(recipe.seed);
  const { company, person, product, city, language } = recipe;
  const placeholders = { company, person, product, city };
  const text = Array.from({ length: recipe.paragraphs }, () =>
    drawProse(random, language, { count: random.between(3, 6), placeholders }),
  );
  return [recipe.title, `This file is about ${company}. Its reference word is ${recipe.mark}.`, ...text];
}

function htmlOf({ title, language }: FileRecipe, paragraphs: readonly string[]): string {
  const direction = language === "ar" ? ' dir="rtl"' : "";
  const body = paragraphs.map((text) => `<p>${escapeXml(text)}</p>`).join("\n");
  return `<!DOCTYPE html>\n<html lang="${language}"${direction}><head><meta charset="utf-8"><title>${escapeXml(title)}</title></head>\n<body>\n${body}\n</body></html>\n`;
}

function csvOf(paragraphs: readonly string[]): string {
  const rows = paragraphs.map((text, index) => `${index},"${text.replaceAll('"', '""')}"`);
  return `Line,Text\n${rows.join("\n")}\n`;
}
