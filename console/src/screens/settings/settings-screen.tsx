import { useState } from "preact/hooks";
import { call } from "../../api/call.ts";
import type { AnswerOf } from "../../api/routes.ts";
import { plural } from "../../format/number.ts";
import { usePoll } from "../../live/use-poll.ts";
import { Empty, Loaded } from "../../ui/messages.tsx";
import { TableHead } from "../../ui/table-head.tsx";

type Setting = AnswerOf<"GET /api/v1/settings">["settings"][number];

const differs = ({ value, default: unset }: Setting): boolean => value !== unset;

/** The settings in force, by subject. They change by a deployment, so they are asked for once. */
export function SettingsScreen() {
  const [search, setSearch] = useState("");
  const [all, setAll] = useState(false);
  const settings = usePoll((signal) => call("GET /api/v1/settings", { signal }), { key: "settings", every: 0 });
  return (
    <>
      <header class="page-head">
        <h1 tabIndex={-1}>Settings</h1>
      </header>
      <div class="filters page-filters">
        <input
          type="search"
          aria-label="Search settings"
          placeholder="Name or words"
          value={search}
          onInput={(event) => setSearch(event.currentTarget.value)}
        />
        <label class="check-line">
          <input type="checkbox" checked={all} onChange={(event) => setAll(event.currentTarget.checked)} />
          Also those at their defaults
        </label>
      </div>
      <Loaded polled={settings}>{(answer) => <Found settings={answer.settings} search={search} all={all} />}</Loaded>
    </>
  );
}

/** A sentence in which names stand between backticks. */
const Words = ({ text }: { readonly text: string }) => (
  <>{text.split("`").map((part, index) => (index % 2 === 0 ? part : <code key={part}>{part}</code>))}</>
);

interface FoundProps {
  readonly settings: readonly Setting[];
  readonly search: string;
  /** A search finds those at their defaults in any case. */
  readonly all: boolean;
}

function Found({ settings, search, all }: FoundProps) {
  const words = search
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  const holds = ({ name, description }: Setting) =>
    words.every((word) => `${name} ${description}`.toLowerCase().includes(word));
  const found = settings.filter((each) => holds(each) && (all || words.length > 0 || differs(each)));
  if (found.length === 0) {
    return (
      <section class="card">
        <Empty title={words.length > 0 ? "No setting has these words." : "All settings are at their defaults."}>
          Settings are given when the stage is deployed.
        </Empty>
      </section>
    );
  }
  const groups = Map.groupBy(found, ({ group }) => group);
  return (
    <>
      {[...groups].map(([group, members]) => (
        <section key={group} class="card" aria-label={group}>
          <header class="card-head">
            <h2>{group}</h2>
            <span class="muted small">{plural(members.length, "setting")}</span>
          </header>
          <div class="table-wrap">
            <table class="table records settings">
              <TableHead columns={["Name", "Value", "Default", "Meaning"]} />
              <tbody>
                {members.map((each) => (
                  <tr key={each.name}>
                    <td class="wrap">
                      <code>{each.name}</code>
                    </td>
                    <td class={differs(each) ? "wrap strong" : "wrap"} data-label="Value">
                      {each.value ?? <span class="muted">not set</span>}
                    </td>
                    <td class="wrap" data-label="Default">
                      {each.default ?? <span class="muted">none</span>}
                    </td>
                    <td class="wrap muted small">
                      <Words text={each.description} />
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </section>
      ))}
    </>
  );
}
