import { useState } from "preact/hooks";
import { call } from "../../api/call.ts";
import { failuresOf, messageOf } from "../../api/errors.ts";
import { CONFIG_NAME_FAULT, readConfigName } from "../../format/config-name.ts";
import { usePoll } from "../../live/use-poll.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { FieldErrors } from "../../ui/field-errors.tsx";
import { notify } from "../../ui/notify.ts";

interface NewScheduleProps {
  readonly project: string | undefined;
  readonly close: () => void;
  readonly changed: () => void;
}

const kinds = {
  cron: { name: "Cron", example: "30 3 * * MON-FRI" },
  rate: { name: "Rate", example: "5 minutes" },
  at: { name: "Once", example: "2027-01-01T08:00:00+01:00" },
} as const;
type Kind = keyof typeof kinds;

const zones = Intl.supportedValuesOf("timeZone");
const ownZone = Intl.DateTimeFormat().resolvedOptions().timeZone;

function parseInput(text: string): unknown {
  if (text.trim() === "") return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`/input is not JSON: ${messageOf(error)}`);
  }
}

/** @throws Error that names the field */
function parseConfig(text: string) {
  if (text.trim() === "") return undefined;
  const config = readConfigName(text);
  if (!config) throw new Error(`/config ${CONFIG_NAME_FAULT}`);
  return config;
}

/** Makes a schedule. */
export function NewSchedule({ project, close, changed }: NewScheduleProps) {
  const [task, setTask] = useState("");
  const [kind, setKind] = useState<Kind>("cron");
  const [when, setWhen] = useState("");
  const [zone, setZone] = useState(ownZone);
  const [input, setInput] = useState("");
  const [config, setConfig] = useState("");
  const [failures, setFailures] = useState<readonly string[]>([]);
  const [busy, setBusy] = useState(false);
  const tasks = usePoll((signal) => call("GET /api/v1/tasks/registered", { signal }), { key: "tasks", every: 0 });

  const create = async (event: Event): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    try {
      const given = { input: parseInput(input), config: parseConfig(config) };
      const body = { task_name: task, ...given, [kind]: when, time_zone: zone };
      const made = await call("POST /api/v1/schedules", { query: { project_id: project }, body });
      notify(`It runs next ${made.next_runs[0] ?? "never"}.`);
      changed();
      close();
    } catch (error) {
      setFailures(failuresOf(error));
      setBusy(false);
    }
  };
  return (
    <Dialog title="New schedule" close={close} closesOutside={false} isBusy={busy}>
      <form onSubmit={(event) => void create(event)}>
        <div class="dialog-body">
          <label class="field">
            <span>Task</span>
            <select required value={task} onChange={(event) => setTask(event.currentTarget.value)}>
              <option value="">Choose a task</option>
              {(tasks.data?.registered_tasks ?? []).map((name) => (
                <option key={name}>{name}</option>
              ))}
            </select>
          </label>
          <label class="field">
            <span>Kind</span>
            <select value={kind} onChange={(event) => setKind(event.currentTarget.value as Kind)}>
              {Object.entries(kinds).map(([each, { name }]) => (
                <option key={each} value={each}>
                  {name}
                </option>
              ))}
            </select>
          </label>
          <label class="field">
            <span>When</span>
            <input
              required
              value={when}
              placeholder={kinds[kind].example}
              onInput={(event) => setWhen(event.currentTarget.value)}
            />
          </label>
          {kind === "cron" && (
            <label class="field">
              <span>Time zone</span>
              <select value={zone} onChange={(event) => setZone(event.currentTarget.value)}>
                {[...new Set(["UTC", ownZone, ...zones])].map((name) => (
                  <option key={name}>{name}</option>
                ))}
              </select>
            </label>
          )}
          <label class="field">
            <span>Input, as JSON</span>
            <textarea
              class="code"
              rows={5}
              spellcheck={false}
              placeholder='{"text": "..."}'
              value={input}
              onInput={(event) => setInput(event.currentTarget.value)}
            />
          </label>
          <label class="field">
            <span>Model config</span>
            <input
              placeholder="support@3, of a language task"
              value={config}
              onInput={(event) => setConfig(event.currentTarget.value)}
            />
          </label>
          <FieldErrors failures={failures} />
        </div>
        <footer class="dialog-foot">
          <Button disabled={busy} onClick={close}>
            Cancel
          </Button>
          <Button type="submit" kind="primary" disabled={busy}>
            Make the schedule
          </Button>
        </footer>
      </form>
    </Dialog>
  );
}
