export interface TableColumn<Row> {
  title: string;
  value: (row: Row) => string;
  align?: "right";
}

/** Formats rows as aligned columns under their titles. Line breaks become spaces. */
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

/** A time for a table, to the second, in UTC; a dash if undefined. */
export function shortInstant(ms: number | undefined): string {
  return ms === undefined ? "-" : `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

/** A time for JSON; null if undefined. */
export function isoInstant(ms: number | undefined): string | null {
  return ms === undefined ? null : new Date(ms).toISOString();
}
