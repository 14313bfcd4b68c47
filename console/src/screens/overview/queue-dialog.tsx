import { call } from "../../api/call.ts";
import type { AnswerOf } from "../../api/routes.ts";
import { plural } from "../../format/number.ts";
import { Confirm } from "../../ui/dialog.tsx";
import { notify } from "../../ui/notify.ts";

type Queue = AnswerOf<"GET /api/v1/queues">["queues"][number];

/** What can be done with a queue. */
export type QueueAction = "pause" | "resume" | "purge";

interface QueueDialogProps {
  readonly queue: Queue;
  readonly action: QueueAction;
  readonly close: () => void;
  /** Called after it was done. */
  readonly changed: () => void;
}

const names: Readonly<Record<QueueAction, string>> = { pause: "Pause", resume: "Resume", purge: "Purge" };

const explained: Readonly<Record<QueueAction, string>> = {
  pause:
    "No further job of this queue starts until it is resumed. Running ones end as usual; new ones are accepted and wait, for four days at most.",
  resume: "Waiting jobs start again, on both lanes.",
  purge:
    "Every job that waits in this queue is revoked. Running ones continue, and so do those in a delay or a backoff.",
};

/** Asks before a queue is paused, resumed or purged. */
export function QueueDialog({ queue, action, close, changed }: QueueDialogProps) {
  const act = async (): Promise<void> => {
    notify(await perform(queue.name, action));
    changed();
  };
  return (
    <Confirm
      title={`${names[action]} ${queue.name}?`}
      action={names[action]}
      kind={action === "purge" ? "danger" : "primary"}
      {...(action === "purge" && { typed: queue.name })}
      confirm={act}
      close={close}
    >
      <p>{explained[action]}</p>
    </Confirm>
  );
}

/** @returns what was done, in a sentence */
async function perform(queue: string, action: QueueAction): Promise<string> {
  const options = { params: { queue }, body: {} };
  switch (action) {
    case "pause":
      await call("POST /api/v1/queues/{queue}/pause", options);
      return `Queue ${queue} is paused.`;
    case "resume":
      await call("POST /api/v1/queues/{queue}/resume", options);
      return `Queue ${queue} takes jobs again.`;
    case "purge": {
      const { purged, more } = await call("POST /api/v1/queues/{queue}/purge", options);
      return `${plural(purged, "job")} revoked${more ? "; there are more, do it again" : ""}.`;
    }
  }
}
