import type { AnswerOf } from "../api/routes.ts";

type Status =
  | AnswerOf<"GET /api/v1/documents">["documents"][number]["status"]
  | AnswerOf<"GET /api/v1/projects">["projects"][number]["status"];

/** In the colours of a job's states. */
const classes: Readonly<Record<Status, string>> = {
  pending: "state-started",
  completed: "state-success",
  failed: "state-failure",
};

/** The state of a document or a project as a word with a coloured dot. */
export const RecordState = ({ status }: { readonly status: Status }) => (
  <span class={`badge ${classes[status]}`}>{status}</span>
);
