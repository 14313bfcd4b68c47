import { useEffect, useState } from "preact/hooks";
import { call } from "../../api/call.ts";
import { messageOf } from "../../api/errors.ts";
import { plural } from "../../format/number.ts";
import { formatSeconds } from "../../format/time.ts";
import { Confirm } from "../../ui/dialog.tsx";
import { notify } from "../../ui/notify.ts";
import { type Asked, type DeadLetterAction, nameOf } from "./filter.ts";

interface ActionDialogProps {
  readonly queue: string;
  readonly asked: Asked;
  readonly close: () => void;
  /** Called after something was done. */
  readonly changed: () => void;
}

const names: Readonly<Record<DeadLetterAction, string>> = { redrive: "Redrive", archive: "Archive", purge: "Purge" };

const explained: Readonly<Record<DeadLetterAction, string>> = {
  redrive: "Each job runs again with its attempts counted from 1. Nothing runs twice.",
  archive: "Each job is written to a file in the bucket with its input and timeline, and leaves this list.",
  purge: "They leave this list and their messages are removed. The jobs stay failed and can be read until they expire.",
};

interface Outcome {
  readonly done: number;
  readonly skipped: number;
  readonly failed: number;
  /** Why some failed. */
  readonly reason: string | null;
  /** Why messages are still in the dead-letter queue. */
  readonly messages: { readonly reason: string | null };
  readonly more: boolean;
}

/** Shows what would be done before it is done; a purge asks for the queue's name. */
export function ActionDialog({ queue, asked, close, changed }: ActionDialogProps) {
  const { action } = asked;
  const [rate, setRate] = useState("");
  const [preview, setPreview] = useState<Outcome | string>();
  const perSecond = Number(rate) > 0 ? Number(rate) : undefined;

  useEffect(() => {
    perform(queue, asked, { dryRun: true, perSecond: undefined }).then(setPreview, (error: unknown) =>
      setPreview(messageOf(error)),
    );
  }, [queue, asked]);

  const confirm = async (): Promise<void> => {
    notify(outcomeText(await perform(queue, asked, { dryRun: false, perSecond }), action));
    changed();
  };

  return (
    <Confirm
      title={`${names[action]} ${nameOf(asked)}?`}
      action={names[action]}
      kind={action === "purge" ? "danger" : "primary"}
      {...(action === "purge" && { typed: queue })}
      confirm={confirm}
      close={close}
    >
      <p>{explained[action]}</p>
      {action === "redrive" && (
        <label class="field">
          <span>At most this many per second</span>
          <input
            inputMode="decimal"
            placeholder="at once"
            value={rate}
            onInput={(event) => setRate(event.currentTarget.value)}
          />
        </label>
      )}
      <p class="callout" role="status" aria-live="polite">
        {typeof preview === "string" ? preview : previewText(preview, action, perSecond)}
      </p>
    </Confirm>
  );
}

const pastOf: Readonly<Record<DeadLetterAction, string>> = {
  redrive: "redriven",
  archive: "archived",
  purge: "purged",
};

function outcomeText({ done, skipped, failed, reason, messages, more }: Outcome, action: DeadLetterAction): string {
  const parts = [`${plural(done, "job")} ${done === 1 ? "is" : "are"} ${pastOf[action]}`];
  if (skipped > 0) parts.push(`${skipped} skipped`);
  if (failed > 0) parts.push(`${failed} failed (${reason ?? "no reason given"})`);
  if (messages.reason !== null) parts.push(`their messages are not all removed (${messages.reason})`);
  if (more) parts.push("there are more, do it again");
  return `${parts.join("; ")}.`;
}

function previewText(preview: Outcome | undefined, action: DeadLetterAction, perSecond: number | undefined): string {
  if (!preview) return "Counting what this would do …";
  const { done, skipped, more } = preview;
  const parts = [`Dry run: ${plural(done, "job")} would be ${pastOf[action]}`];
  if (perSecond !== undefined && done > 1) parts.push(`over about ${formatSeconds(Math.ceil((done - 1) / perSecond))}`);
  if (skipped > 0) parts.push(`${skipped} skipped, as they are no longer dead letters`);
  if (more) parts.push("and more with the next request");
  return `${parts.join(", ")}.`;
}

interface How {
  readonly dryRun: boolean;
  readonly perSecond: number | undefined;
}

async function perform(queue: string, { action, filter }: Asked, { dryRun, perSecond }: How): Promise<Outcome> {
  const params = { queue };
  const body = { ...filter, dry_run: dryRun };
  switch (action) {
    case "redrive": {
      const paced = perSecond === undefined ? body : { ...body, rate_per_second: perSecond };
      const { redriven, ...rest } = await call("POST /api/v1/dlq/{queue}/redrive", { params, body: paced });
      return { done: redriven, ...rest };
    }
    case "archive": {
      const { archived, ...rest } = await call("POST /api/v1/dlq/{queue}/archive", { params, body });
      return { done: archived, ...rest };
    }
    case "purge": {
      const { purged, ...rest } = await call("POST /api/v1/dlq/{queue}/purge", { params, body });
      return { done: purged, ...rest };
    }
  }
}
