import type { RunReport } from "../sync/report.ts";
import { textTable } from "./text-table.ts";

const columns = ["source", "extracted", "written", "unchanged", "filtered", "refused", "deleted"] as const;

/** Formats the report of a run. */
export function reportTable(report: RunReport): string {
  const seconds = (Date.parse(report.completed_at) - Date.parse(report.started_at)) / 1000;
  const outcome = { completed: "completed in", error: "failed after", canceled: "was canceled after" }[report.status];
  return [
    ...(Object.keys(report.objects).length === 0 ? [] : [countTable(report), ""]),
    `${report.type} sync of ${report.index_name} ${outcome} ${seconds.toFixed(1)} s, ${report.salesforce_calls.toLocaleString("en-US")} ${report.salesforce_calls === 1 ? "call" : "calls"} to Salesforce, ` +
      `${megabytes(report.bytes_read)} read, ${megabytes(report.peak_rss_bytes)} peak memory.`,
    ...report.warnings.map((warning) => `Warning: ${warning}`),
    ...Object.entries(report.refusals).flatMap(([name, refusals]) =>
      refusals.map(({ id, reason }) => `Refused: ${name} ${id}: ${reason}`),
    ),
  ].join("\n");
}

function countTable({ objects }: RunReport): string {
  const all = Object.values(objects);
  const counted = columns.map((column) => ({
    title: column,
    value: (name: string) =>
      (objects[name]?.[column] ?? all.reduce((total, counts) => total + counts[column], 0)).toLocaleString("en-US"),
    align: "right" as const,
  }));
  return textTable([{ title: "", value: (name) => name }, ...counted], [...Object.keys(objects), "total"]);
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1_000_000).toLocaleString("en-US")} MB`;
}
