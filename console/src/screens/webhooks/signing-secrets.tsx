import { useState } from "preact/hooks";
import { call } from "../../api/call.ts";
import { usePoll } from "../../live/use-poll.ts";
import { Button, CopyButton } from "../../ui/button.tsx";
import { Confirm, Dialog } from "../../ui/dialog.tsx";
import { Empty, Loaded } from "../../ui/messages.tsx";
import { TableHead } from "../../ui/table-head.tsx";
import { Time } from "../../ui/time.tsx";

/** The secrets that sign a project's webhooks; a rotation shows the new one, this once. */
export function SigningSecrets({ project }: { readonly project: string | undefined }) {
  const [asking, setAsking] = useState(false);
  const [made, setMade] = useState<string>();
  const secrets = usePoll(
    (signal) => call("GET /api/v1/webhooks/secrets", { query: { project_id: project }, signal }),
    { key: `secrets ${project ?? ""}`, every: 0 },
  );
  const isFirst = secrets.data?.secrets.length === 0;
  const rotate = async (): Promise<void> => {
    const { secret } = await call("POST /api/v1/webhooks/secrets", { query: { project_id: project }, body: {} });
    setMade(secret);
    secrets.refresh();
  };
  return (
    <section class="card" aria-label="Signing secrets">
      <header class="card-head">
        <h2>Signing secrets</h2>
        <Button icon="retry" onClick={() => setAsking(true)}>
          {isFirst ? "Create" : "Rotate"}
        </Button>
      </header>
      <Loaded polled={secrets}>
        {(list) =>
          list.secrets.length === 0 ? (
            <Empty title="There is no secret yet.">Jobs with a callback URL are taken once there is one.</Empty>
          ) : (
            <div class="table-wrap">
              <table class="table records">
                <TableHead columns={["Id", "Made", "Valid until"]} />
                <tbody>
                  {list.secrets.map((secret) => (
                    <tr key={secret.secret_id}>
                      <td>
                        <code>{secret.secret_id}</code>
                      </td>
                      <td data-label="Made">
                        <Time at={secret.created_at} />
                      </td>
                      <td data-label="Valid until">
                        {secret.expires_at === null ? "it is replaced" : <Time at={secret.expires_at} />}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )
        }
      </Loaded>
      {asking && (
        <Confirm
          title={isFirst ? "Create the signing secret?" : "Rotate the signing secret?"}
          action={isFirst ? "Create" : "Rotate"}
          kind="primary"
          confirm={rotate}
          close={() => setAsking(false)}
        >
          <p>The new secret is shown once. The present one keeps signing beside it for a day.</p>
        </Confirm>
      )}
      {made !== undefined && (
        <Dialog title="The new secret" close={() => setMade(undefined)} closesOutside={false}>
          <div class="dialog-body">
            <p>Give it to whoever receives the webhooks now: it is never shown again.</p>
            <p class="secret">
              <code>{made}</code>
              <CopyButton label="Copy the secret" text={() => made} />
            </p>
          </div>
          <footer class="dialog-foot">
            <Button kind="primary" onClick={() => setMade(undefined)}>
              Done
            </Button>
          </footer>
        </Dialog>
      )}
    </section>
  );
}
