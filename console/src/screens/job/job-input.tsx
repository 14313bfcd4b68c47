import type { Job } from "../../../../contracts/jobs/wire.ts";
import { call } from "../../api/call.ts";
import { usePoll } from "../../live/use-poll.ts";
import { Loaded } from "../../ui/messages.tsx";
import { Value } from "../../ui/value.tsx";

/** What the job was given; it never changes. */
export function JobInput({ job }: { readonly job: Job }) {
  const params = { task_id: job.task_id };
  const input = usePoll((signal) => call("GET /api/v1/jobs/{task_id}/input", { params, signal }), {
    key: `input ${job.task_id}`,
    every: 0,
  });
  return <Loaded polled={input}>{(loaded) => <Value label="Input" value={loaded.input} />}</Loaded>;
}
