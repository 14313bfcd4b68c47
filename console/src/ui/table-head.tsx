import type { ComponentChild } from "preact";

/** A column of a table's head. */
export interface Column {
  readonly label: string;
  readonly class?: string;
  readonly title?: string;
  /** Read by screen readers alone. */
  readonly hidden?: boolean;
  /** In place of the label. */
  readonly content?: ComponentChild;
}

/** A table's head; a plain text is a column with that label. */
export function TableHead({ columns }: { readonly columns: readonly (string | Column)[] }) {
  return (
    <thead>
      <tr>
        {columns
          .map((column): Column => (typeof column === "string" ? { label: column } : column))
          .map(({ label, title, hidden, content, class: className }) => (
            <th key={label} scope="col" class={className} title={title}>
              {content ?? (hidden ? <span class="hidden">{label}</span> : label)}
            </th>
          ))}
      </tr>
    </thead>
  );
}
