import { ar, de, en, es, fr, ja } from "@faker-js/faker";
import type { Language } from "../content/prose.ts";
import type { Random } from "../core/random.ts";

interface NamePool {
  readonly first: readonly string[];
  readonly last: readonly string[];
  readonly cities: readonly string[];
  readonly country: string;
}

export type Pools = Readonly<Record<Language, NamePool>>;

const japaneseCities = ["東京", "大阪", "名古屋", "札幌", "福岡", "神戸", "京都", "仙台", "広島", "横浜"];

interface FakerLocale {
  readonly person?: { readonly first_name?: unknown; readonly last_name?: unknown };
  readonly location?: { readonly city_name?: unknown };
}

/** Reads the word lists of the library once, because the library's functions are too slow for millions of names. */
export function createPools(): Pools {
  return {
    en: pool(en, "United States"),
    de: pool(de, "Germany"),
    fr: pool(fr, "France"),
    es: pool(es, "Spain"),
    ja: { ...pool(ja, "Japan"), cities: japaneseCities },
    ar: pool(ar, "United Arab Emirates"),
  };
}

function pool(locale: FakerLocale, country: string): NamePool {
  const names = {
    first: strings(locale.person?.first_name),
    last: strings(locale.person?.last_name),
    cities: strings(locale.location?.city_name),
  };
  return { ...names, country };
}

/** A word list is an array, or an object with one array for each sex. */
function strings(list: unknown): string[] {
  if (Array.isArray(list)) return list.filter((item) => typeof item === "string");
  if (typeof list !== "object" || list === null) return [];
  return [...new Set(Object.values(list).flatMap((part) => strings(part)))].filter((name) => name.length <= 30);
}

const companyKinds = [
  "Logistics",
  "Systems",
  "Instruments",
  "Foods",
  "Energy",
  "Bank",
  "Pharma",
  "Textiles",
  "Media",
  "Airlines",
  "Software",
  "Hospitals",
  "Robotics",
  "Shipping",
  "Solar",
  "Breweries",
  "Paper",
  "Optics",
  "Insurance",
  "Construction",
];

const companyForms: Readonly<Record<Language, readonly string[]>> = {
  en: ["Inc.", "Ltd.", "LLC", "Group", "Corp.", "Partners"],
  de: ["GmbH", "AG", "KG", "GmbH & Co. KG", "SE"],
  fr: ["SA", "SARL", "SAS", "et Fils"],
  es: ["S.A.", "S.L.", "y Asociados"],
  ja: ["株式会社", "有限会社"],
  ar: ["للتجارة", "القابضة", "وشركاه"],
};

export function drawLanguage(random: Random): Language {
  const share = random.next();
  if (share < 0.6) return "en";
  if (share < 0.74) return "de";
  if (share < 0.84) return "fr";
  if (share < 0.92) return "es";
  return share < 0.97 ? "ja" : "ar";
}

export function drawCompany(random: Random, pools: Pools, language: Language): string {
  const { last, cities } = pools[language];
  const stem = random.chance(0.75) ? random.pick(last) : random.pick(cities);
  const second = random.chance(0.3) ? ` & ${random.pick(last)}` : "";
  const kind = random.chance(0.7) ? ` ${random.pick(companyKinds)}` : "";
  return `${stem}${second}${kind} ${random.pick(companyForms[language])}`;
}

const products = [
  "Aurora",
  "Beacon",
  "Cascade",
  "Delta",
  "Ember",
  "Falcon",
  "Glacier",
  "Harbor",
  "Indigo",
  "Juniper",
  "Kestrel",
  "Lumen",
];
const productKinds = [
  "Generator",
  "Turbine",
  "Control Unit",
  "Sensor",
  "Pump",
  "Inverter",
  "Battery",
  "Filter",
  "Service Plan",
  "Monitor",
];

/** A name such as "Kestrel Inverter 420". */
export function drawProduct(random: Random): string {
  return `${random.pick(products)} ${random.pick(productKinds)} ${random.between(1, 99) * 10}`;
}

/** ASCII letters only, for e-mail addresses and host names. */
export function asciiWord(text: string): string {
  const plain = text
    .normalize("NFD")
    .replaceAll(/[^A-Za-z0-9]+/gu, "")
    .toLowerCase();
  return plain === "" ? `x${numberOf(text)}` : plain;
}

function numberOf(text: string): number {
  let sum = 7;
  for (let index = 0; index < text.length; index += 1) sum = (sum * 31 + text.charCodeAt(index)) % 99_991;
  return sum;
}
