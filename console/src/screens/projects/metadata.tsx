import type { AnswerOf } from "../../api/routes.ts";

type Values = AnswerOf<"GET /api/v1/projects/{project_id}">["metadata"];

/** A project's metadata, a tag for each name. */
export const Metadata = ({ of }: { readonly of: Values }) => (
  <span class="tags">
    {Object.entries(of).map(([name, value]) => (
      <span key={name} class="tag">
        {name}: {Array.isArray(value) ? value.join(", ") : String(value)}
      </span>
    ))}
  </span>
);
