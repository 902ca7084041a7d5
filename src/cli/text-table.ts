/** One column of a table. */
export interface TableColumn<Row> {
  title: string;
  value: (row: Row) => string;
  /** Numbers stand at the right. */
  align?: "right";
}

/** Rows as aligned lines of text under their titles. What would break a line is a blank. */
export function textTable<Row>(columns: readonly TableColumn<Row>[], rows: readonly Row[]): string {
  const cells = [
    columns.map(({ title }) => title),
    ...rows.map((row) => columns.map(({ value }) => value(row).replaceAll(/\s+/g, " ").trim())),
  ];
  const widths = columns.map((_, column) => Math.max(...cells.map((line) => line[column]?.length ?? 0)));
  return cells
    .map((line) =>
      line
        .map((cell, column) => {
          const width = widths[column] ?? 0;
          return columns[column]?.align === "right" ? cell.padStart(width) : cell.padEnd(width);
        })
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** A moment for a table: to the second, in UTC; a dash where there is none. */
export function shortInstant(ms: number | undefined): string {
  return ms === undefined ? "-" : `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

/** A moment for a program; null where there is none. */
export function isoInstant(ms: number | undefined): string | null {
  return ms === undefined ? null : new Date(ms).toISOString();
}
