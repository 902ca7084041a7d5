import { z } from "zod";
import { toIsoTimestamp } from "../timestamps.ts";

// Kinds of columns. A value of another kind than expected counts as unread, which grants nothing.

/** The first 15 characters; the others are a check sum. */
export const id = z
  .string()
  .min(15)
  .transform((value) => value.slice(0, 15));
export const optionalId = id.nullable().optional().catch(undefined);
export const text = z.string().nullable().optional().catch(undefined);
export const flag = z.boolean().optional().catch(undefined);
/** In milliseconds since 1970. */
export const time = z
  .string()
  .transform((value) => Date.parse(toIsoTimestamp(value) ?? ""))
  .refine((value) => !Number.isNaN(value))
  .nullable()
  .optional()
  .catch(undefined);
