import type { Job } from "../../../../contracts/wire.ts";
import { call } from "../../api/call.ts";
import { usePoll } from "../../live/use-poll.ts";
import { Failed, Loading } from "../../ui/messages.tsx";
import { Value } from "../../ui/value.tsx";

/** What the job was given; it never changes. */
export function JobInput({ job }: { readonly job: Job }) {
  const params = { task_id: job.task_id };
  const input = usePoll((signal) => call("GET /api/v1/jobs/{task_id}/input", { params, signal }), {
    key: `input ${job.task_id}`,
    every: 0,
  });
  if (input.data) return <Value label="Input" value={input.data.input} />;
  if (input.error) return <Failed error={input.error} retry={input.refresh} />;
  return <Loading />;
}
