import { createSchema } from "../schema/schema.ts";
import { generateCachedOrg } from "./org-cache.ts";

// Started by org-cache.ts: `generate-cached-org.ts RECORDS SEED CACHE_FOLDER`
const [records = "", seed = "", cacheFolder = ""] = process.argv.slice(2);
await generateCachedOrg({ records: Number(records), seed, cacheFolder }, createSchema());
