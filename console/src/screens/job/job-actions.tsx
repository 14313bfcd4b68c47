import { useState } from "preact/hooks";
import type { Job } from "../../../../contracts/jobs/wire.ts";
import { call } from "../../api/call.ts";
import { identity } from "../../api/identity.ts";
import { maySubmit } from "../../api/permissions.ts";
import { submitAsCurl } from "../../format/curl.ts";
import { prettyJson } from "../../format/json.ts";
import { Link } from "../../routing/location.tsx";
import { useStore } from "../../store.ts";
import { ActionButton, Button, CopyButton } from "../../ui/button.tsx";
import { Confirm } from "../../ui/dialog.tsx";
import { Icon } from "../../ui/icons.tsx";
import { notify } from "../../ui/notify.ts";

interface JobActionsProps {
  readonly job: Job;
  /** Called after the job was changed. */
  readonly changed: () => void;
}

/** What can be done with a job, as its state and the key allow. */
export function JobActions({ job, changed }: JobActionsProps) {
  const allowed = maySubmit(useStore(identity));
  const [revoking, setRevoking] = useState(false);
  const params = { task_id: job.task_id };

  const retry = async (): Promise<void> => {
    const { message } = await call("POST /api/v1/jobs/{task_id}/retry", { params });
    notify(message);
    changed();
  };
  const revoke = async (): Promise<void> => {
    const { message } = await call("POST /api/v1/jobs/{task_id}/revoke", { params, body: { terminate: true } });
    notify(message);
    changed();
  };
  const curl = async (): Promise<string> => {
    const { input } = await call("GET /api/v1/jobs/{task_id}/input", { params });
    return submitAsCurl(location.origin, job.task_name, { input, priority: job.priority, project_id: job.project_id });
  };

  return (
    <div class="actions">
      {allowed && (job.status === "FAILURE" || job.status === "REVOKED") && (
        <ActionButton icon="retry" kind="primary" action={retry}>
          Retry
        </ActionButton>
      )}
      {allowed && !job.ready && (
        <Button icon="stop" kind="danger" onClick={() => setRevoking(true)}>
          Revoke
        </Button>
      )}
      {allowed && (
        <Link class="button" to={{ screen: "submit", task: job.task_name, from: job.task_id, project: job.project_id }}>
          <Icon name="edit" />
          Edit and rerun
        </Link>
      )}
      <CopyButton icon="terminal" label="Copy as curl" text={curl} wide />
      <CopyButton label="Copy JSON" text={() => prettyJson(job)} wide />
      {revoking && (
        <Confirm title="Revoke this job?" action="Revoke" confirm={revoke} close={() => setRevoking(false)}>
          <p>
            {job.status === "STARTED"
              ? "It is running: it will be stopped, and its work so far is discarded."
              : "It will never run, unless it is retried."}
          </p>
        </Confirm>
      )}
    </div>
  );
}
