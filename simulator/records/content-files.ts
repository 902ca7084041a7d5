import { createHash } from "node:crypto";
import { renderFile, type FileRecipe } from "../content/file-recipe.ts";
import { badRequest, notFound } from "../core/salesforce-error.ts";
import type { RowValues } from "./derived-rows.ts";
import type { RecordChanges } from "./record-changes.ts";
import type { RecordStore } from "./record-store.ts";
import { systemFields, type Writer } from "./system-fields.ts";

const fileTypes: Readonly<Record<string, string>> = {
  pdf: "PDF",
  docx: "WORD_X",
  xlsx: "EXCEL_X",
  pptx: "POWER_POINT_X",
  txt: "TEXT",
  csv: "CSV",
  html: "HTML",
  xml: "XML",
  png: "PNG",
  jpg: "JPG",
  zip: "ZIP",
  snote: "SNOTE",
};

/** Creates versions of files with their documents and links, and reads their bytes. */
export class ContentFiles {
  readonly #store: RecordStore;
  readonly #changes: RecordChanges;

  constructor(store: RecordStore, changes: RecordChanges) {
    this.#store = store;
    this.#changes = changes;
  }

  /** Creates a version. Without a `ContentDocumentId`, it creates a file that is linked to `FirstPublishLocationId` too. */
  create(body: Readonly<Record<string, unknown>>, data: Buffer | undefined, writer: Writer): string {
    const object = this.#store.schema.get("ContentVersion");
    const bytes = data ?? bytesOf(body["VersionData"], "VersionData");
    const path = body["PathOnClient"];
    if (typeof path !== "string" || path === "") {
      throw badRequest("REQUIRED_FIELD_MISSING", "Required fields are missing: [PathOnClient]");
    }
    const extension = /\.([^./\\]+)$/u.exec(path)?.[1]?.toLowerCase() ?? "";
    const title =
      typeof body["Title"] === "string" && body["Title"] !== "" ? body["Title"] : path.replace(/\.[^.]*$/u, "");
    const id = this.#changes.create(object, { ...body, Title: title }, writer);
    const given = this.#store.read(object, id)?.["ContentDocumentId"];
    const fields = {
      ContentSize: bytes.length,
      Checksum: createHash("md5").update(bytes).digest("hex"),
      FileExtension: extension === "" ? null : extension,
      FileType: fileTypes[extension] ?? "UNKNOWN",
    };
    const documentId =
      typeof given === "string" ? given : this.#createDocument({ ...fields, Title: title }, { body, writer });
    this.#publish(id, documentId, { fields, writer, isNew: typeof given !== "string" });
    this.#store.database.run(`INSERT INTO "_blobs" VALUES (?, ?)`, [id, bytes]);
    if (typeof given !== "string") this.#linkNewFile(documentId, body["FirstPublishLocationId"], writer);
    return id;
  }

  /** Creates an attachment. Its bytes are in `Body`. */
  createAttachment(body: Readonly<Record<string, unknown>>, data: Buffer | undefined, writer: Writer): string {
    const object = this.#store.schema.get("Attachment");
    const bytes = data ?? bytesOf(body["Body"], "Body");
    const id = this.#changes.create(object, body, writer);
    this.#store.update(object, id, { BodyLength: bytes.length });
    this.#store.database.run(`INSERT INTO "_blobs" VALUES (?, ?)`, [id, bytes]);
    return id;
  }

  attachmentBytes(id: string): Buffer {
    const row = this.#store.database.row(
      `SELECT b.data FROM "Attachment" a JOIN "_blobs" b ON b.version_id = a."Id" WHERE a."Id" = ? AND a."IsDeleted" = 0`,
      [id],
    );
    if (!(row?.[0] instanceof Uint8Array)) throw notFound();
    return Buffer.from(row[0].buffer, row[0].byteOffset, row[0].byteLength);
  }

  /** The bytes of a version, uploaded or rendered from the recipe of a generated file. */
  bytes(versionId: string): Buffer {
    const row = this.#store.database.row(`SELECT "_recipe" FROM "ContentVersion" WHERE "Id" = ? AND "IsDeleted" = 0`, [
      versionId,
    ]);
    if (row === undefined) throw notFound();
    const [blob] = this.#store.database.row(`SELECT data FROM "_blobs" WHERE version_id = ?`, [versionId]) ?? [];
    if (blob instanceof Uint8Array) return Buffer.from(blob.buffer, blob.byteOffset, blob.byteLength);
    if (typeof row[0] !== "string") return Buffer.alloc(0);
    return renderFile(JSON.parse(row[0]) as FileRecipe);
  }

  #createDocument(
    fields: RowValues,
    { body, writer }: { body: Readonly<Record<string, unknown>>; writer: Writer },
  ): string {
    const object = this.#store.schema.get("ContentDocument");
    return this.#store.insert(object, {
      ...systemFields(object, writer, "created"),
      OwnerId: typeof body["OwnerId"] === "string" ? body["OwnerId"] : writer.userId,
      PublishStatus: "P",
      SharingOption: "A",
      SharingPrivacy: body["SharingPrivacy"] === "P" ? "P" : "N",
      ...documentFields(fields),
    });
  }

  #publish(
    versionId: string,
    documentId: string,
    { fields, writer, isNew }: { fields: RowValues; writer: Writer; isNew: boolean },
  ): void {
    const versions = this.#store.schema.get("ContentVersion");
    const documents = this.#store.schema.get("ContentDocument");
    const number = isNew
      ? 1
      : this.#store.database.number(
          `SELECT count(*) FROM "ContentVersion" WHERE "ContentDocumentId" = ? AND "IsDeleted" = 0`,
          [documentId],
        );
    this.#store.database.run(`UPDATE "ContentVersion" SET "IsLatest" = 0 WHERE "ContentDocumentId" = ?`, [documentId]);
    this.#store.update(versions, versionId, {
      ...fields,
      ContentDocumentId: documentId,
      IsLatest: 1,
      IsMajorVersion: 1,
      VersionNumber: String(number),
      ContentLocation: "S",
      PublishStatus: "P",
      SharingOption: "A",
      SharingPrivacy: "N",
      ContentModifiedDate: writer.now,
      ContentModifiedById: writer.userId,
    });
    const title = this.#store.read(versions, versionId)?.["Title"] ?? null;
    this.#store.update(documents, documentId, {
      ...systemFields(documents, writer, "modified"),
      ...documentFields(fields),
      Title: title,
      LatestPublishedVersionId: versionId,
      ContentModifiedDate: writer.now,
    });
  }

  #linkNewFile(documentId: string, location: unknown, writer: Writer): void {
    const object = this.#store.schema.get("ContentDocumentLink");
    const add = (LinkedEntityId: string, ShareType: string) =>
      this.#store.insert(object, {
        LinkedEntityId,
        ContentDocumentId: documentId,
        ShareType,
        Visibility: "AllUsers",
        SystemModstamp: writer.now,
      });
    add(writer.userId, "I");
    if (typeof location === "string" && location !== writer.userId) add(location, "V");
  }
}

/** The fields that a document has in common with its latest version. */
function documentFields({
  ContentSize = null,
  FileExtension = null,
  FileType = null,
  Title = null,
}: RowValues): RowValues {
  return { ContentSize, FileExtension, FileType, ...(Title === null ? {} : { Title }) };
}

function bytesOf(value: unknown, name: string): Buffer {
  if (typeof value !== "string") {
    throw badRequest("REQUIRED_FIELD_MISSING", `Required fields are missing: [${name}]`);
  }
  // Node.js ignores invalid base64 characters, which would change the bytes of the file.
  if (/[^A-Za-z0-9+/=\s]/u.test(value)) {
    throw badRequest("JSON_PARSER_ERROR", "The value of VersionData is not base64");
  }
  return Buffer.from(value, "base64");
}
