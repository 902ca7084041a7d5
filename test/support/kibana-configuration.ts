import { z } from "zod";
import type { JsonObject } from "../../src/core/json.ts";

/** A configuration field; the service registers it, the user saves its value. */
export type ConfigurationField = JsonObject;

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const optional = <Schema extends z.ZodType>(schema: Schema) =>
  schema.nullish().transform((value) => value ?? undefined);

/** A configuration field in the API: it drops unknown properties. */
const configurationField = z.object({
  category: z.string().optional(),
  default_value: scalar.default(null),
  depends_on: z.array(z.object({ field: z.string(), value: scalar })).optional(),
  display: optional(z.enum(["text", "textbox", "textarea", "numeric", "toggle", "dropdown"])),
  label: z.string(),
  options: z.array(z.object({ label: z.string(), value: scalar })).optional(),
  order: z.number().int().optional(),
  placeholder: optional(z.string()),
  required: z.boolean().default(false),
  sensitive: z.boolean().default(false),
  tooltip: optional(z.string()),
  type: optional(z.enum(["str", "int", "list", "bool"])),
  ui_restrictions: z.array(z.string()).optional(),
  validations: z.array(z.object({ type: z.string(), constraint: z.union([scalar, z.array(scalar)]) })).optional(),
  // Not a list, because the API cannot read lists.
  value: z.union([scalar, z.record(z.string(), z.json())]).default(null),
});
const configurationSchema = z.record(z.string(), configurationField);

/** A whole configuration as the API reads and writes it. Undefined if the API answers 400. */
export function writtenConfiguration(configuration: unknown): Record<string, ConfigurationField> | undefined {
  return configurationSchema.safeParse(configuration).data;
}
