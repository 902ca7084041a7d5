import { inject } from "vitest";
import { elasticsearchMajor } from "../../support/elasticsearch.ts";
import { describeRows, isInShare } from "./check-rows.ts";

// A quarter of the table on each version of Elasticsearch, another one on each. `npm run test:long` runs the whole table.
const share = elasticsearchMajor() === 8 ? 0 : 2;

describeRows(
  () => inject("elasticsearchUrl"),
  (row) => isInShare(row, share),
);
