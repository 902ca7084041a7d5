import { afterAll, beforeAll } from "vitest";
import { startElasticsearch, type RunningElasticsearch } from "../../embedded-elasticsearch/start-elasticsearch.ts";
import { describeRows } from "../integration/faults/check-rows.ts";

let node: RunningElasticsearch | undefined;

beforeAll(async () => {
  node = await startElasticsearch({ major: 9 });
});
afterAll(() => node?.stop());

describeRows(
  () => node?.url ?? "",
  () => true,
);
