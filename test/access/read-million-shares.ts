import type { RecordFacts } from "../../src/access/record-facts.ts";
import { AccessReading } from "../../src/sync/access/access-reading.ts";
import type { RecordShare, SharingSource } from "../../src/sync/access/ports.ts";
import { now } from "./index-org.ts";
import { id, largeFacts } from "./large-org.ts";

// A process of its own, so that its peak memory is that of the reading.

const [accounts, shares, users, pageSize] = [300_000, 1_000_000, 2_000, 2_000];

function* pages<T>(count: number, toRow: (number: number) => T): Generator<T[]> {
  for (let start = 0; start < count; start += pageSize)
    yield Array.from({ length: pageSize }, (_, offset) => toRow(start + offset));
}

const toAccount = (number: number): RecordFacts => ({
  id: id("001", number),
  object: "Account",
  ownerId: id("005", number % users),
});

const toShare = (number: number): RecordShare => ({
  recordId: id("001", number % accounts),
  share: {
    userOrGroupId: number % 3 === 0 ? id("005", (number * 17) % users) : id("00G", (number * 31) % 1_000),
    rowCause: "Manual",
    accessLevel: "Read",
    contactAccessLevel: "Read",
    opportunityAccessLevel: "None",
    caseAccessLevel: "None",
  },
});

const source: SharingSource = {
  readSharing(_objects, receiver) {
    for (const page of pages(accounts, toAccount)) receiver.addRecords(page);
    for (const page of pages(shares, toShare)) receiver.addShares(page);
    receiver.sharesRead("Account", "complete");
    receiver.linksRead();
    return Promise.resolve({ facts: largeFacts(users), warnings: [] });
  },
  readableTo: () => Promise.resolve(new Map()),
};

using reading = await AccessReading.read({
  source,
  objects: ["Account"],
  fieldObjects: [],
  relatedObjects: [],
  access: { now },
  listsInUse: [],
  signal: new AbortController().signal,
});
let identities = 0;
for (const { tokens } of reading.identities(new Map())) if (tokens.length > 1) identities += 1;
const { fields } = reading.of(`${id("001", 299_999)}AAA`);
process.stdout.write(JSON.stringify({ fields, identities, peakRssBytes: process.resourceUsage().maxRSS * 1024 }));
