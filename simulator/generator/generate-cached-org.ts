import { createSchema } from "../schema/schema.ts";
import { makeKeptOrg } from "./org-cache.ts";

// Started by org-files.ts for large orgs: `generate-kept-org.ts RECORDS SEED CACHE_FOLDER`.
const [records = "", seed = "", cacheFolder = ""] = process.argv.slice(2);
await makeKeptOrg({ records: Number(records), seed, cacheFolder }, createSchema());
