import type { Cli } from "../cli.ts";
import { type Field, type TaskShape, textField } from "../input/task-shape.ts";
import { type Column, printTable } from "./table.ts";

/** A task and its fields, as a person reads them; the input's JSON Schema under `--json`. */
export function printTask(cli: Cli, task: TaskShape): void {
  const { name, description, queue, input } = task;
  cli.print({ name, description, queue: queue ?? null, input }, () => {
    const { out } = cli;
    out.line(`${out.paint("bold", name)}  ${description}`);
    if (queue !== undefined) out.line(`queue: ${queue}`);
    out.line();
    printTable(out, fieldColumns, task.fields);
    const text = textField(task);
    out.line();
    out.line(
      text
        ? `A text file or standard input goes into ${out.paint("bold", text.name)}.`
        : "It has no field for a text file: give JSON or single fields.",
    );
  });
}

const fieldColumns: readonly Column<Field>[] = [
  { title: "FIELD", value: ({ name }) => name },
  { title: "TYPE", value: (field) => kind(field) },
  { title: "DEFAULT", value: (field) => (field.required ? "required" : JSON.stringify(field.default ?? null)) },
  { title: "MEANING", value: ({ description }) => description ?? "", flexible: true },
];

function kind({ type = "any", enum: values, minimum, maximum }: Field): string {
  if (values) return values.map((value) => JSON.stringify(value)).join(" | ");
  if (minimum !== undefined && maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER)
    return `${type} ${minimum}-${maximum}`;
  return type;
}
