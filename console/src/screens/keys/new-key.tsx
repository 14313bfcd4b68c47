import { useState } from "preact/hooks";
import type { Scope } from "../../../../contracts/keys/scopes.ts";
import type { LimitKind } from "../../../../contracts/settings/limits.ts";
import { call } from "../../api/call.ts";
import { failuresOf } from "../../api/errors.ts";
import { identity } from "../../api/identity.ts";
import { isAdmin } from "../../api/permissions.ts";
import { useStore } from "../../store.ts";
import { Button, CopyButton } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { FieldErrors } from "../../ui/field-errors.tsx";
import { limitNames } from "./limit-names.ts";

interface NewKeyProps {
  readonly close: () => void;
  readonly changed: () => void;
}

const scopeNames: Readonly<Record<Scope, string>> = {
  submit: "submit: submits, retries and revokes jobs",
  read: "read: sees jobs and queues",
  project_admin: "project_admin: everything in its project, also its keys and dead letters",
  admin: "admin: everything, in every project",
};

const DAY_SECONDS = 86_400;

/** Makes a key and shows it, this once. */
export function NewKey({ close, changed }: NewKeyProps) {
  const who = useStore(identity);
  const [name, setName] = useState("");
  const [project, setProject] = useState(who?.project_id ?? "");
  const [scopes, setScopes] = useState<readonly Scope[]>(["submit", "read"]);
  const [limits, setLimits] = useState<Readonly<Partial<Record<LimitKind, number>>>>({});
  const [days, setDays] = useState<number>();
  const [made, setMade] = useState<string>();
  const [failures, setFailures] = useState<readonly string[]>([]);
  const [busy, setBusy] = useState(false);

  const create = async (event: Event): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    try {
      const body = {
        scopes: [...scopes],
        limits,
        ...(name && { name }),
        ...(project && { project_id: project }),
        ...(days !== undefined && { expires_in: Math.round(days * DAY_SECONDS) }),
      };
      const { key } = await call("POST /api/v1/keys", { body });
      setMade(key);
      changed();
    } catch (error) {
      setFailures(failuresOf(error));
      setBusy(false);
    }
  };

  if (made !== undefined) {
    return (
      <Dialog title="The new key" close={close} closesOutside={false}>
        <div class="dialog-body">
          <p>Copy it now: only its hash is stored, and it is never shown again.</p>
          <p class="secret">
            <code>{made}</code>
            <CopyButton label="Copy the key" text={() => made} />
          </p>
        </div>
        <footer class="dialog-foot">
          <Button kind="primary" onClick={close}>
            Done
          </Button>
        </footer>
      </Dialog>
    );
  }
  return (
    <Dialog title="New key" close={close} closesOutside={false} isBusy={busy}>
      <form onSubmit={(event) => void create(event)}>
        <div class="dialog-body">
          <label class="field">
            <span>What it is for</span>
            <input value={name} maxLength={100} onInput={(event) => setName(event.currentTarget.value)} />
          </label>
          <label class="field">
            <span>Project</span>
            <input value={project} onInput={(event) => setProject(event.currentTarget.value)} />
          </label>
          <label class="field">
            <span>Days until it expires (empty: it does not)</span>
            <input
              type="number"
              min={1}
              max={3_650}
              value={days ?? ""}
              onInput={(event) => setDays(givenNumber(event.currentTarget.valueAsNumber))}
            />
          </label>
          <fieldset class="group">
            <legend>May</legend>
            {Object.entries(scopeNames)
              .filter(([scope]) => scope !== "admin" || isAdmin(who))
              .map(([scope, text]) => (
                <label key={scope} class="check-line">
                  <input
                    type="checkbox"
                    checked={scopes.some((one) => one === scope)}
                    onChange={(event) => setScopes(toggled(scopes, scope as Scope, event.currentTarget.checked))}
                  />
                  {text}
                </label>
              ))}
          </fieldset>
          <fieldset class="group">
            <legend>Limits of the language model and of embeddings, for its jobs (empty: those of the project)</legend>
            {(Object.entries(limitNames) as [LimitKind, string][]).map(([kind, words]) => (
              <label key={kind} class="field">
                <span>{words}</span>
                <input
                  type="number"
                  min={1}
                  value={limits[kind] ?? ""}
                  onInput={(event) => setLimits(withLimit(limits, kind, event.currentTarget.valueAsNumber))}
                />
              </label>
            ))}
          </fieldset>
          <FieldErrors failures={failures} />
        </div>
        <footer class="dialog-foot">
          <Button disabled={busy} onClick={close}>
            Cancel
          </Button>
          <Button type="submit" kind="primary" disabled={busy || scopes.length === 0}>
            Make the key
          </Button>
        </footer>
      </form>
    </Dialog>
  );
}

/** An empty field means no limit. */
const withLimit = <Of extends object>(limits: Of, kind: LimitKind, value: number): Of => ({
  ...limits,
  [kind]: givenNumber(value),
});

const givenNumber = (value: number): number | undefined => (Number.isNaN(value) ? undefined : value);

const toggled = (scopes: readonly Scope[], scope: Scope, on: boolean): Scope[] =>
  on ? [...scopes, scope] : scopes.filter((one) => one !== scope);
