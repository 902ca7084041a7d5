import { z } from "zod";
import { configSchema } from "../src/config/schema.ts";
import { unwrap } from "../src/config/schema-lookup.ts";

/** One setting of the configuration file. */
export interface Setting {
  /** Such as `elasticsearch.bulk.chunk_size`, or `connectors[].index_name`. */
  path: string;
  description: string;
  /** Undefined if there is none. */
  fallback: unknown;
  required: boolean;
  secret: boolean;
  deprecated: boolean;
  /** The reason why a setting of Elastic's file has no effect. */
  unused: string | undefined;
}

/** Every setting, in the order of the schema. */
export function allSettings(): Setting[] {
  return settingsOf(configSchema, "");
}

/** A setting in a section that may be left out is not required. */
function settingsOf(schema: z.core.$ZodType, path: string, inOptional = false): Setting[] {
  const { inner, meta, optional, fallback } = unwrap(schema);
  const below = childrenOf(inner, path, inOptional || optional);
  if (below.length > 0) return below;
  return [
    {
      path,
      description: typeof meta["description"] === "string" ? meta["description"] : "",
      fallback,
      required: !optional && !inOptional && fallback === undefined,
      secret: meta["secret"] === true,
      deprecated: meta["deprecated"] === true,
      unused: typeof meta["unused"] === "string" ? meta["unused"] : undefined,
    },
  ];
}

function childrenOf(inner: z.core.$ZodType, path: string, inOptional: boolean): Setting[] {
  if (inner instanceof z.ZodArray && unwrap(inner.def.element).inner instanceof z.ZodObject)
    return settingsOf(inner.def.element, `${path}[]`, inOptional);
  if (!(inner instanceof z.ZodObject)) return [];
  return Object.entries(inner.def.shape as Record<string, z.core.$ZodType>).flatMap(([key, schema]) =>
    settingsOf(schema, path === "" ? key : `${path}.${key}`, inOptional),
  );
}
