import { z } from "zod";

// Looks up parts of the schema by path: to suggest the nearest known key, to find settings without effect, and to generate the reference.

type Path = readonly (string | number)[];

/** Removes the wrappers that add defaults, optionality and transformations, and collects their metadata. */
export function unwrap(schema: z.core.$ZodType): {
  inner: z.core.$ZodType;
  meta: Record<string, unknown>;
  optional: boolean;
  fallback: unknown;
} {
  let inner = schema;
  let meta: Record<string, unknown> = {};
  let optional = false;
  let fallback: unknown;
  for (;;) {
    meta = { ...(z.globalRegistry.get(inner) as Record<string, unknown> | undefined), ...meta };
    if (inner instanceof z.ZodDefault || inner instanceof z.ZodPrefault) {
      fallback = inner.def.defaultValue;
      inner = inner.def.innerType;
    } else if (inner instanceof z.ZodOptional) {
      optional = true;
      inner = inner.def.innerType;
    } else if (inner instanceof z.ZodPipe) {
      // A preprocessing step comes before its schema, a transformation after it.
      inner = inner.def.in instanceof z.ZodTransform ? inner.def.out : inner.def.in;
    } else {
      return { inner, meta, optional, fallback };
    }
  }
}

function step(schema: z.core.$ZodType, key: string | number): z.core.$ZodType | undefined {
  const { inner } = unwrap(schema);
  if (inner instanceof z.ZodObject) return (inner.def.shape as Record<string, z.core.$ZodType>)[key];
  if (inner instanceof z.ZodArray) return inner.def.element;
  if (inner instanceof z.ZodRecord) return inner.def.valueType;
  return undefined;
}

function schemaAt(schema: z.core.$ZodType, path: Path): z.core.$ZodType | undefined {
  return path.reduce<z.core.$ZodType | undefined>((at, key) => at && step(at, key), schema);
}

/** The names of the settings directly below a path. */
export function settingNames(schema: z.core.$ZodType, path: Path): string[] {
  const at = schemaAt(schema, path);
  const inner = at && unwrap(at).inner;
  return inner instanceof z.ZodObject ? Object.keys(inner.def.shape) : [];
}

/** The metadata of `.meta()` and `.describe()` at a path. */
export function metaAt(schema: z.core.$ZodType, path: Path): Record<string, unknown> | undefined {
  const at = schemaAt(schema, path);
  return at && unwrap(at).meta;
}
