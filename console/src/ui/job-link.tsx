import { Link } from "../routing/location.tsx";

/** The beginning of a job's id, which leads to it; j and k stop here. */
export function JobLink({ id }: { readonly id: string }) {
  return (
    <Link data-row to={{ screen: "job", id }} title={id}>
      <code>{id.slice(0, 8)}</code>
    </Link>
  );
}
