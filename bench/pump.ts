// The baseline: reads the same pages as the service and bulk-indexes their records, 2,000 per request and three requests at once, and does
// nothing else. It is a separate process, measured like the service. It reads its options as one line of JSON from standard input.
import { request } from "undici";

export interface PumpOrders {
  salesforceUrl: string;
  accessToken: string;
  /** Paths of the first pages of the queries. */
  queries: string[];
  elasticsearchUrl: string;
  index: string;
  /** Read the pages only. */
  readOnly?: boolean;
}

export interface PumpResult {
  documents: number;
  seconds: number;
}

interface Page {
  records: { Id: string }[];
  nextRecordsUrl?: string;
}

const documentsPerRequest = 2000;
const requestsAtOnce = 3;
const queriesAtOnce = 3;

async function pump(orders: PumpOrders): Promise<PumpResult> {
  const started = performance.now();
  const queries = [...orders.queries];
  const writer = new Writer(orders);
  const readers = Array.from({ length: queriesAtOnce }, async () => {
    for (let query = queries.shift(); query !== undefined; query = queries.shift())
      await readQuery(query, orders, writer);
  });
  await Promise.all(readers);
  await writer.end();
  return { documents: writer.documents, seconds: (performance.now() - started) / 1000 };
}

async function readQuery(query: string, orders: PumpOrders, writer: Writer): Promise<void> {
  let page = readPage(query, orders);
  for (;;) {
    const { records, nextRecordsUrl } = await page;
    // The next page is requested while this one is written.
    if (nextRecordsUrl !== undefined) page = readPage(nextRecordsUrl, orders);
    await writer.write(records);
    if (nextRecordsUrl === undefined) return;
  }
}

async function readPage(path: string, { salesforceUrl, accessToken }: PumpOrders): Promise<Page> {
  const answer = await request(salesforceUrl + path, {
    headers: { authorization: `Bearer ${accessToken}`, "sforce-query-options": "batchSize=2000" },
  });
  if (answer.statusCode !== 200)
    throw new Error(`Salesforce answered ${answer.statusCode}: ${await answer.body.text()}`);
  return (await answer.body.json()) as Page;
}

class Writer {
  documents = 0;
  readonly #orders: PumpOrders;
  readonly #running = new Set<Promise<void>>();
  #lines: string[] = [];

  constructor(orders: PumpOrders) {
    this.#orders = orders;
  }

  async write(records: Page["records"]): Promise<void> {
    this.documents += records.length;
    if (this.#orders.readOnly === true) return;
    for (const record of records) {
      this.#lines.push(`{"index":{"_id":"${record.Id}"}}`, JSON.stringify(record));
      if (this.#lines.length >= 2 * documentsPerRequest) await this.#send();
    }
  }

  async end(): Promise<void> {
    if (this.#lines.length > 0) await this.#send();
    await Promise.all(this.#running);
  }

  async #send(): Promise<void> {
    const body = `${this.#lines.join("\n")}\n`;
    this.#lines = [];
    while (this.#running.size >= requestsAtOnce) await Promise.race(this.#running);
    const sent = this.#bulk(body).finally(() => this.#running.delete(sent));
    this.#running.add(sent);
  }

  async #bulk(body: string): Promise<void> {
    const { elasticsearchUrl, index } = this.#orders;
    const answer = await request(`${elasticsearchUrl}/${index}/_bulk?filter_path=errors`, {
      method: "POST",
      headers: { "content-type": "application/x-ndjson" },
      body,
    });
    const { errors } = (await answer.body.json()) as { errors?: boolean };
    if (answer.statusCode !== 200 || errors !== false)
      throw new Error(`Elasticsearch answered ${answer.statusCode}, errors: ${errors}`);
  }
}

if (import.meta.main) {
  let orders = "";
  for await (const chunk of process.stdin) orders += String(chunk);
  process.stdout.write(`${JSON.stringify(await pump(JSON.parse(orders) as PumpOrders))}\n`);
}
