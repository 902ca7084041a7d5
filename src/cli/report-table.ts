import type { RunReport } from "../compose.ts";

const columns = ["source", "extracted", "written", "unchanged", "filtered", "refused", "deleted"] as const;

/** The report of a run, for a person. */
export function reportTable(report: RunReport): string {
  const header = ["", ...columns];
  const rows = Object.entries(report.objects).map(([name, counts]) => [
    name,
    ...columns.map((column) => counts[column].toLocaleString("en-US")),
  ]);
  const total = ["total", ...columns.map((column) => sum(report, column).toLocaleString("en-US"))];
  const seconds = (Date.parse(report.completed_at) - Date.parse(report.started_at)) / 1000;
  const outcome = { completed: "completed in", error: "failed after", canceled: "was stopped after" }[report.status];
  return [
    ...(rows.length === 0 ? [] : [...table([header, ...rows, total]), ""]),
    `${report.type} sync of ${report.index_name} ${outcome} ${seconds.toFixed(1)} s, ${report.salesforce_calls.toLocaleString("en-US")} ${report.salesforce_calls === 1 ? "call" : "calls"} to Salesforce, ` +
      `${megabytes(report.bytes_read)} read, ${megabytes(report.peak_rss_bytes)} of memory at the peak.`,
    ...report.warnings.map((warning) => `Warning: ${warning}`),
    ...Object.entries(report.refusals).flatMap(([name, refusals]) =>
      refusals.map(({ id, reason }) => `Refused: ${name} ${id}: ${reason}`),
    ),
  ].join("\n");
}

function sum(report: RunReport, column: (typeof columns)[number]): number {
  return Object.values(report.objects).reduce((total, counts) => total + counts[column], 0);
}

function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join("  ")
      .trimEnd(),
  );
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1_000_000).toLocaleString("en-US")} MB`;
}
