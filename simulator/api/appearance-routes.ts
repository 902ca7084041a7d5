import { json } from "../http/message.ts";
import type { ObjectDefinition } from "../schema/object-definition.ts";
import type { ApiContext, ApiRoute } from "./api-context.ts";

// "Tabs" and "Themes" of the REST API: colors and icons of objects.

const palette = ["236FBD", "7F2443", "6A89E5", "EB7092", "F88962", "659AD3", "F2CF5B", "3BA755"];

function withTabs({ user }: ApiContext): readonly ObjectDefinition[] {
  return user.objects().filter(({ access, customSetting }) => access.kind === "permission" && !customSetting);
}

function colorOf({ name }: ObjectDefinition): string {
  const sum = Buffer.from(name).reduce((total, byte) => total + byte, 0);
  return palette[sum % palette.length] ?? "236FBD";
}

function lookOf(object: ObjectDefinition, { org }: ApiContext) {
  const url = `${org.instanceUrl()}/img/icon/${object.name.toLowerCase()}32.png`;
  return {
    colors: [
      { color: colorOf(object), context: "primary", theme: "theme3" },
      { color: colorOf(object), context: "primary", theme: "theme4" },
    ],
    icons: [{ contentType: "image/png", height: 32, theme: "theme3", url, width: 32 }],
  };
}

function tabs(context: ApiContext): unknown[] {
  return withTabs(context).map((object) => {
    const { colors, icons } = lookOf(object, context);
    return {
      colors,
      custom: object.custom,
      iconUrl: icons[0]?.url,
      icons,
      label: object.labelPlural,
      miniIconUrl: icons[0]?.url,
      name: object.custom ? object.name : `standard-${object.name}`,
      sobjectName: object.name,
      url: `${context.org.instanceUrl()}/${object.prefix}/o`,
    };
  });
}

function theme(context: ApiContext): unknown {
  return { themeItems: withTabs(context).map((object) => ({ ...lookOf(object, context), name: object.name })) };
}

export const appearanceRoutes: readonly ApiRoute[] = [
  { method: "GET", pattern: "tabs", handle: (_request, _parts, context) => json(tabs(context)) },
  { method: "GET", pattern: "theme", handle: (_request, _parts, context) => json(theme(context)) },
];
