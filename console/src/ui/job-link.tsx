import type { ComponentChildren } from "preact";
import { Link } from "../routing/location.tsx";

/** The beginning of a job's id, which leads to it; j and k stop here. */
export function JobLink({ id }: { readonly id: string }) {
  return (
    <Link data-row to={{ screen: "job", id }} title={id}>
      <code>{id.slice(0, 8)}</code>
    </Link>
  );
}

const ID = /\b(batch )?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\b/g;

/** A text of the engine's, in which ids of jobs and batches lead to them. */
export function LinkedIds({ text }: { readonly text: string }) {
  const parts: ComponentChildren[] = [];
  let from = 0;
  for (const match of text.matchAll(ID)) {
    const [whole, batch = "", id = ""] = match;
    const link = (
      <Link to={batch ? { screen: "batch", id } : { screen: "job", id }} title={id}>
        <code>{id.slice(0, 8)}</code>
      </Link>
    );
    parts.push(text.slice(from, match.index), batch, link);
    from = match.index + whole.length;
  }
  return <>{[...parts, text.slice(from)]}</>;
}
