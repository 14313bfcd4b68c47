import { useState } from "preact/hooks";
import type { LimitKind } from "../../../../contracts/settings/limits.ts";
import { call } from "../../api/call.ts";
import { identity, isAdmin } from "../../api/identity.ts";
import type { AnswerOf } from "../../api/routes.ts";
import { usePoll } from "../../live/use-poll.ts";
import { useStore } from "../../store.ts";
import { Button } from "../../ui/button.tsx";
import { Confirm } from "../../ui/dialog.tsx";
import { Empty, Loaded } from "../../ui/messages.tsx";
import { notify } from "../../ui/notify.ts";
import { TableHead } from "../../ui/table-head.tsx";
import { Time } from "../../ui/time.tsx";
import { limitNames } from "./limit-names.ts";
import { NewKey } from "./new-key.tsx";

type Key = AnswerOf<"GET /api/v1/keys">["keys"][number];

const EVERY_MS = 15_000;

/** API keys: who may do what, in which project. */
export function KeysScreen() {
  const who = useStore(identity);
  return (
    <>
      <header class="page-head">
        <h1 tabIndex={-1}>Keys</h1>
      </header>
      {who && isAdmin(who) && <KeyList own={who.key_id} />}
      {who && !isAdmin(who) && (
        <section class="card">
          <Empty title="Keys are for admin keys to see.">
            This one is <code>{who.key_id}</code> of project {who.project_id}, for {who.scopes.join(" and ")}.
          </Empty>
        </section>
      )}
    </>
  );
}

function KeyList({ own }: { readonly own: string }) {
  const [cursor, setCursor] = useState<string>();
  const [making, setMaking] = useState(false);
  const [revoking, setRevoking] = useState<Key>();
  const keys = usePoll((signal) => call("GET /api/v1/keys", { query: { limit: 50, cursor }, signal }), {
    key: `keys ${cursor ?? ""}`,
    every: EVERY_MS,
  });
  const next = keys.data?.next_cursor ?? undefined;
  return (
    <section class="card" aria-label="API keys">
      <header class="card-head">
        <h2>API keys</h2>
        <Button icon="submit" kind="primary" onClick={() => setMaking(true)}>
          New key
        </Button>
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
        <TableHead columns={["Name", "Project", "May", "Id", "Made", { label: "Actions", hidden: true }]} />
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
