import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { call } from "../../api/call.ts";
import { failuresOf, messageOf } from "../../api/errors.ts";
import type { AnswerOf } from "../../api/routes.ts";
import { prettyJson } from "../../format/json.ts";
import { usePoll } from "../../live/use-poll.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { notify } from "../../ui/notify.ts";

/** A version of a config, as the API shows it. */
export type ConfigVersion = AnswerOf<"GET /api/v1/llm/configs/{config_id}/versions">["versions"][number];

interface ConfigFormProps {
  readonly project: string | undefined;
  /** The version that the next one of its config begins with; without one, a new config is made. */
  readonly from?: ConfigVersion | undefined;
  readonly close: () => void;
  readonly changed: () => void;
}

const builtIn = ["default", "embedded"];
const parameterNames = ["temperature", "top_p", "max_tokens", "timeout_seconds"] as const;
type Draft = Record<"id" | "provider" | "model" | "system" | "schema" | (typeof parameterNames)[number], string>;

const text = (value: string | number | null | undefined): string => (value == null ? "" : String(value));

function draftOf(from: ConfigVersion | undefined): Draft {
  const { parameters, output_schema: schema } = from ?? {};
  return {
    id: from?.id ?? "",
    provider: from?.provider ?? "default",
    model: text(from?.model),
    system: text(from?.system),
    schema: schema ? prettyJson(schema) : "",
    ...(Object.fromEntries(parameterNames.map((name) => [name, text(parameters?.[name])])) as Record<
      (typeof parameterNames)[number],
      string
    >),
  };
}

function parseSchema(written: string): Record<string, never> | undefined {
  if (written.trim() === "") return undefined;
  try {
    return JSON.parse(written);
  } catch (error) {
    throw new Error(`/output_schema is not JSON: ${messageOf(error)}`);
  }
}

/** What is left empty is left out: it follows the stage's settings. */
function contentOf({ provider, model, system, schema, ...draft }: Draft) {
  const given = parameterNames.filter((name) => draft[name].trim() !== "");
  const parameters = Object.fromEntries(given.map((name) => [name, Number(draft[name])]));
  const output_schema = parseSchema(schema);
  return {
    provider,
    ...(model.trim() !== "" && { model: model.trim() }),
    ...(system.trim() !== "" && { system }),
    ...(given.length > 0 && { parameters }),
    ...(output_schema !== undefined && { output_schema }),
  };
}

/** Makes a config, or the next version of one. */
export function ConfigForm({ project, from, close, changed }: ConfigFormProps) {
  const [draft, setDraft] = useState(() => draftOf(from));
  const [failures, setFailures] = useState<readonly string[]>([]);
  const [busy, setBusy] = useState(false);
  const providers = usePoll((signal) => call("GET /api/v1/llm/providers", { signal }), { key: "providers", every: 0 });
  const names = [...builtIn, ...(providers.data?.providers ?? []).map(({ name }) => name)];
  const set = (name: keyof Draft) => (event: { currentTarget: { value: string } }) =>
    setDraft({ ...draft, [name]: event.currentTarget.value });

  const save = async (event: Event): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    try {
      const query = { project_id: project };
      const content = contentOf(draft);
      const made = from
        ? await call("POST /api/v1/llm/configs/{config_id}/versions", {
            params: { config_id: from.id },
            query,
            body: content,
          })
        : await call("POST /api/v1/llm/configs", {
            query,
            body: { ...content, ...(draft.id.trim() !== "" && { id: draft.id.trim() }) },
          });
      notify(`Jobs may name it ${made.id}@${made.version}.`);
      changed();
      close();
    } catch (error) {
      setFailures(failuresOf(error));
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={from ? `Version ${from.version + 1} of ${from.id}` : "New config"}
      close={close}
      closesOutside={false}
      isBusy={busy}
    >
      <form onSubmit={(event) => void save(event)}>
        <div class="dialog-body">
          {!from && (
            <Field name="Id">
              <input value={draft.id} placeholder="generated when left out" onInput={set("id")} />
            </Field>
          )}
          <Field name="Provider">
            <select value={draft.provider} onChange={set("provider")}>
              {[...new Set([...names, draft.provider])].map((name) => (
                <option key={name}>{name}</option>
              ))}
            </select>
          </Field>
          <Field name="Model">
            <input value={draft.model} onInput={set("model")} />
          </Field>
          <Field name="Instructions">
            <textarea rows={4} value={draft.system} onInput={set("system")} />
          </Field>
          {parameterNames.map((name) => (
            <Field key={name} name={name}>
              <input type="number" step="any" min="0" value={draft[name]} onInput={set(name)} />
            </Field>
          ))}
          <Field name="Output schema, as JSON">
            <textarea class="code" rows={4} spellcheck={false} value={draft.schema} onInput={set("schema")} />
          </Field>
          {failures.map((failure) => (
            <p key={failure} class="field-error" role="alert">
              {failure}
            </p>
          ))}
        </div>
        <footer class="dialog-foot">
          <Button disabled={busy} onClick={close}>
            Cancel
          </Button>
          <Button type="submit" kind="primary" disabled={busy}>
            {from ? "Add the version" : "Make the config"}
          </Button>
        </footer>
      </form>
    </Dialog>
  );
}

function Field({ name, children }: { readonly name: string; readonly children: ComponentChildren }) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is the child.
    <label class="field">
      <span>{name}</span>
      {children}
    </label>
  );
}
