import { useState } from "preact/hooks";
import type { LimitKind } from "../../../../contracts/settings/limits.ts";
import { call } from "../../api/call.ts";
import { identity } from "../../api/identity.ts";
import type { Identity } from "../../api/permissions.ts";
import type { AnswerOf } from "../../api/routes.ts";
import { paces } from "../../live/paces.ts";
import { usePoll } from "../../live/use-poll.ts";
import { useStore } from "../../store.ts";
import { Button } from "../../ui/button.tsx";
import { Confirm } from "../../ui/dialog.tsx";
import { Loaded } from "../../ui/messages.tsx";
import { notify } from "../../ui/notify.ts";
import { TableHead } from "../../ui/table-head.tsx";
import { Time } from "../../ui/time.tsx";
import { limitNames } from "./limit-names.ts";
import { NewKey } from "./new-key.tsx";
import { RevokeAll } from "./revoke-all.tsx";

type Key = AnswerOf<"GET /api/v1/keys">["keys"][number];

/** API keys: who may do what, in which project. */
export function KeysScreen() {
  const who = useStore(identity);
  return (
    <>
      <header class="page-head">
        <h1 tabIndex={-1}>Keys</h1>
      </header>
      {who && <KeyList own={who} />}
    </>
  );
}

function KeyList({ own: { key_id: own, project_id } }: { readonly own: Identity }) {
  const [cursor, setCursor] = useState<string>();
  const [making, setMaking] = useState(false);
  const [revoking, setRevoking] = useState<Key>();
  const [revokingAll, setRevokingAll] = useState(false);
  const keys = usePoll((signal) => call("GET /api/v1/keys", { query: { limit: 50, cursor }, signal }), {
    key: `keys ${cursor ?? ""}`,
    every: paces.keys,
  });
  const next = keys.data?.next_cursor ?? undefined;
  return (
    <section class="card" aria-label="API keys">
      <header class="card-head">
        <h2>API keys</h2>
        <div class="actions">
          <Button icon="trash" onClick={() => setRevokingAll(true)}>
            Revoke all of a project
          </Button>
          <Button icon="submit" kind="primary" onClick={() => setMaking(true)}>
            New key
          </Button>
        </div>
      </header>
      <Loaded polled={keys}>{(page) => <KeyTable keys={page.keys} own={own} revoke={setRevoking} />}</Loaded>
      {(cursor !== undefined || next !== undefined) && (
        <footer class="card-foot">
          <span />
          <div class="actions">
            {cursor !== undefined && <Button onClick={() => setCursor(undefined)}>Newest</Button>}
            <Button disabled={next === undefined} onClick={() => setCursor(next)}>
              Older
            </Button>
          </div>
        </footer>
      )}
      {revokingAll && <RevokeAll project={project_id} close={() => setRevokingAll(false)} changed={keys.refresh} />}
      {making && <NewKey close={() => setMaking(false)} changed={keys.refresh} />}
      {revoking && (
        <RevokeKey secret={revoking} own={own} close={() => setRevoking(undefined)} changed={keys.refresh} />
      )}
    </section>
  );
}

interface KeyTableProps {
  readonly keys: readonly Key[];
  readonly own: string;
  readonly revoke: (key: Key) => void;
}

function KeyTable({ keys, own, revoke }: KeyTableProps) {
  return (
    <div class="table-wrap">
      <table class="table keys">
        <TableHead
          columns={["Name", "Project", "May", "Id", "Made", "Last used", "Expires", { label: "Actions", hidden: true }]}
        />
        <tbody>
          {keys.map((key) => (
            <tr key={key.key_id}>
              <td>
                {key.name ?? <span class="muted">–</span>}
                {key.key_id === own && <span class="tag">this tab's</span>}
                {(Object.entries(limitNames) as [LimitKind, string][]).map(
                  ([kind, words]) =>
                    key.limits[kind] !== undefined && (
                      <span key={kind} class="tag">
                        {words}: {key.limits[kind]}
                      </span>
                    ),
                )}
              </td>
              <td>{key.project_id}</td>
              <td>
                {key.scopes.map((scope) => (
                  <span key={scope} class="tag">
                    {scope}
                  </span>
                ))}
              </td>
              <td>
                <code>{key.key_id}</code>
              </td>
              <td class="nowrap">
                <Time at={key.created_at} />
              </td>
              <td class="nowrap">{key.last_used_at && <Time at={key.last_used_at} />}</td>
              <td class="nowrap">{key.expires_at && <Time at={key.expires_at} />}</td>
              <td class="row-actions">
                <Button
                  icon="trash"
                  kind="quiet"
                  aria-label={`Revoke key ${key.name ?? key.key_id}`}
                  onClick={() => revoke(key)}
                >
                  Revoke
                </Button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface RevokeKeyProps {
  readonly secret: Key;
  readonly own: string;
  readonly close: () => void;
  readonly changed: () => void;
}

function RevokeKey({ secret, own, close, changed }: RevokeKeyProps) {
  const revoke = async (): Promise<void> => {
    await call("DELETE /api/v1/keys/{key_id}", { params: { key_id: secret.key_id } });
    notify("The key is revoked.");
    changed();
  };
  return (
    <Confirm title={`Revoke ${secret.name ?? secret.key_id}?`} action="Revoke" confirm={revoke} close={close}>
      <p>
        Whatever uses it is refused, within a minute at the latest. This cannot be undone.
        {secret.key_id === own && <b> It is the key of this tab: you will be signed out.</b>}
      </p>
    </Confirm>
  );
}
