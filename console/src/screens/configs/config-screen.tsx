import { useState } from "preact/hooks";
import { call } from "../../api/call.ts";
import { ApiError } from "../../api/errors.ts";
import { identity } from "../../api/identity.ts";
import { maySubmit } from "../../api/permissions.ts";
import { prettyJson } from "../../format/json.ts";
import { paces } from "../../live/paces.ts";
import { usePoll } from "../../live/use-poll.ts";
import { Link, navigate } from "../../routing/location.tsx";
import { useStore } from "../../store.ts";
import { Back } from "../../ui/back.tsx";
import { Button } from "../../ui/button.tsx";
import { Confirm } from "../../ui/dialog.tsx";
import { Fact } from "../../ui/fact.tsx";
import { Empty, Loaded } from "../../ui/messages.tsx";
import { Time } from "../../ui/time.tsx";
import { LongText } from "../../ui/value.tsx";
import { ConfigForm, type ConfigVersion } from "./config-form.tsx";

interface ConfigScreenProps {
  readonly id: string;
  readonly project: string | undefined;
}

/** One config with all its versions, newest first. */
export function ConfigScreen({ id, project }: ConfigScreenProps) {
  const allowed = maySubmit(useStore(identity));
  const [dialog, setDialog] = useState<"version" | "delete">();
  const where = { params: { config_id: id }, query: { project_id: project } };
  const polled = usePoll((signal) => call("GET /api/v1/llm/configs/{config_id}/versions", { ...where, signal }), {
    key: `config ${project ?? ""} ${id}`,
    every: paces.config,
  });
  const latest = polled.data?.versions[0];
  const close = () => setDialog(undefined);
  if (polled.error instanceof ApiError && polled.error.status === 404) {
    return (
      <>
        <h1 tabIndex={-1}>No such config</h1>
        <Empty title={`There is no config ${id.slice(0, 64)}.`}>
          <Link to={{ screen: "configs", project }}>All configs</Link>
        </Empty>
      </>
    );
  }
  return (
    <>
      <Back to={{ screen: "configs", project }}>Model configs</Back>
      <header class="page-head">
        <h1 tabIndex={-1}>
          <span class="muted">Config</span> {id}
        </h1>
        {allowed && latest && (
          <div class="actions">
            <Button icon="trash" onClick={() => setDialog("delete")}>
              Delete
            </Button>
            <Button icon="submit" kind="primary" onClick={() => setDialog("version")}>
              New version
            </Button>
          </div>
        )}
      </header>
      <Loaded polled={polled}>
        {({ versions }) => versions.map((version) => <Version key={version.version} {...version} />)}
      </Loaded>
      {dialog === "version" && <ConfigForm project={project} from={latest} close={close} changed={polled.refresh} />}
      {dialog === "delete" && (
        <Confirm
          title={`Delete the config ${id}?`}
          action="Delete"
          confirm={async () => {
            await call("DELETE /api/v1/llm/configs/{config_id}", where);
            navigate({ screen: "configs", project });
          }}
          close={close}
        >
          <p>Jobs that were submitted with it keep what it held. Its versions' numbers are not given again.</p>
        </Confirm>
      )}
    </>
  );
}

function Version({
  id,
  version,
  provider,
  model,
  system,
  parameters,
  output_schema: schema,
  created_at,
}: ConfigVersion) {
  return (
    <section class="card" aria-label={`Version ${version}`}>
      <header class="card-head">
        <h2>
          {id}@{version}
        </h2>
        <span class="muted small">
          <Time at={created_at} />
        </span>
      </header>
      <dl class="facts">
        <Fact name="Provider">{provider}</Fact>
        <Fact name="Model">{model ?? <span class="muted">its own</span>}</Fact>
        {Object.entries(parameters ?? {}).map(([name, value]) => (
          <Fact key={name} name={name}>
            {value}
          </Fact>
        ))}
      </dl>
      {system !== null && <LongText text={system} />}
      {schema !== null && <LongText text={prettyJson(schema)} json />}
    </section>
  );
}
