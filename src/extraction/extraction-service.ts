import { Readable } from "node:stream";
import { z } from "zod";
import { request } from "undici";
import type { Clock } from "../core/clock.ts";
import { AppError, CanceledError, toError } from "../core/errors.ts";
import type { FileContent, SourceFile, TextExtractor } from "../sync/ports.ts";

// Elastic's data extraction service: PUT /extract_text/ with the file's bytes, answered by {"extracted_text": …}.
// https://www.elastic.co/docs/reference/search-connectors/es-connectors-content-extraction

/** The extraction service failed for a file. */
class ExtractionServiceError extends AppError {
  override readonly code = "extraction_service";
}

const answerSchema = z.object({ extracted_text: z.string().optional(), error: z.string().optional() });

/** Streams files to the extraction service and returns their text. */
export class ExtractionService implements TextExtractor {
  readonly #host: string;
  readonly #timeoutMs: number;
  readonly #clock: Clock;

  constructor({ host, timeoutMs, clock }: { host: string; timeoutMs: number; clock: Clock }) {
    this.#host = host;
    this.#timeoutMs = timeoutMs;
    this.#clock = clock;
  }

  async extract(file: SourceFile, content: FileContent, signal: AbortSignal): Promise<string> {
    try {
      const answer = await request(`${this.#host}/extract_text/`, {
        method: "PUT",
        headers: { "content-type": "application/octet-stream" },
        body: Readable.from(content.chunks),
        signal: AbortSignal.any([signal, this.#clock.timeout(this.#timeoutMs)]),
      });
      const text = await answer.body.text();
      if (answer.statusCode !== 200)
        throw new ExtractionServiceError(
          `The extraction service answered ${answer.statusCode} for the file ${file.id}.`,
        );
      return extractedText(text, file);
    } catch (error) {
      if (signal.aborted) throw new CanceledError("The extraction was canceled.", { cause: error });
      if (error instanceof AppError) throw error;
      // The download of the file may have failed, not the service.
      if (error instanceof Error && error.cause instanceof AppError) throw error.cause;
      throw new ExtractionServiceError(
        `The extraction service at ${this.#host} could not be used for the file ${file.id}: ${toError(error).message}.`,
        {
          cause: error,
          hint: "Check extraction_service.host and extraction_service.timeout.",
        },
      );
    }
  }
}

function extractedText(body: string, file: SourceFile): string {
  const parsed = answerSchema.safeParse(parseJson(body));
  if (!parsed.success || parsed.data.extracted_text === undefined) {
    throw new ExtractionServiceError(`The extraction service could not read the file ${file.id}.`);
  }
  return parsed.data.extracted_text;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
