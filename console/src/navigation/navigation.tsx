import { identity } from "../api/identity.ts";
import { signOut } from "../api/session.ts";
import { formatCount } from "../format/number.ts";
import { deadLetterCounts, loadDeadLetterCounts } from "../live/dead-letter-counts.ts";
import { paces } from "../live/paces.ts";
import { usePoll } from "../live/use-poll.ts";
import { Link } from "../routing/location.tsx";
import type { Route } from "../routing/route.ts";
import { useStore } from "../store.ts";
import { applyTheme, nextTheme, type Theme, theme } from "../theme.ts";
import { Button } from "../ui/button.tsx";
import { useCurrentInView } from "../ui/current-in-view.ts";
import { Icon, type IconName, Logo } from "../ui/icons.tsx";
import { mayOpen } from "./access.ts";

const entries = [
  { screen: "overview", name: "Overview" },
  { screen: "trends", name: "Trends" },
  { screen: "jobs", name: "Jobs" },
  { screen: "batches", name: "Batches" },
  { screen: "submit", name: "Submit" },
  { screen: "dead-letters", name: "Dead letters" },
  { screen: "escalations", name: "Escalations" },
  { screen: "documents", name: "Documents" },
  { screen: "projects", name: "Projects" },
  { screen: "schedules", name: "Schedules" },
  { screen: "webhooks", name: "Webhooks" },
  { screen: "configs", name: "Model configs" },
  { screen: "usage", name: "Usage" },
  { screen: "keys", name: "Keys" },
  { screen: "settings", name: "Settings" },
] as const satisfies readonly { screen: Route["screen"] & IconName; name: string }[];

/** Screens that belong to an entry of another name. */
const partOf: Readonly<Partial<Record<Route["screen"], Route["screen"]>>> = {
  job: "jobs",
  batch: "batches",
  config: "configs",
  revoke: "jobs",
  document: "documents",
  project: "projects",
  escalation: "escalations",
};

const themeIcons: Readonly<Record<Theme, IconName>> = { auto: "auto", light: "sun", dark: "moon" };

interface NavigationProps {
  readonly route: Route;
  readonly showHelp: () => void;
}

/** The navigation bar. */
export function Navigation({ route, showHelp }: NavigationProps) {
  const who = useStore(identity);
  const chosen = useStore(theme);
  const screen = partOf[route.screen] ?? route.screen;
  const pages = useCurrentInView(screen);
  return (
    <header class="side">
      <Link class="brand" to={{ screen: "overview" }}>
        <Logo />
        <span>Sluice</span>
      </Link>
      <nav aria-label="Pages" ref={pages}>
        {entries
          .filter((entry) => mayOpen(who, entry.screen))
          .map((entry) => (
            <Link
              key={entry.screen}
              to={{ screen: entry.screen }}
              aria-current={entry.screen === screen ? "page" : undefined}
            >
              <Icon name={entry.screen} />
              <span>{entry.name}</span>
              {entry.screen === "dead-letters" && (
                <DeadLetterCount asks={screen !== "overview" && screen !== "dead-letters"} />
              )}
            </Link>
          ))}
      </nav>
      <div class="side-foot">
        {who && (
          <p class="side-who" title={`Key ${who.key_id}, scopes ${who.scopes.join(", ")}`}>
            <b>{who.project_id}</b>
            <span class="muted">{who.scopes.includes("admin") ? "admin" : who.scopes.join(", ")}</span>
          </p>
        )}
        <div class="actions">
          <Button
            icon={themeIcons[chosen]}
            kind="quiet"
            title={`Colours: ${chosen}`}
            aria-label={`Colours: ${chosen}. Change`}
            onClick={() => applyTheme(nextTheme(chosen))}
          >
            Colours: {chosen}
          </Button>
          <Button icon="help" kind="quiet" title="Keyboard (?)" aria-label="Keyboard help" onClick={showHelp}>
            Keyboard
          </Button>
          <Button icon="exit" kind="quiet" onClick={() => signOut()}>
            Sign out
          </Button>
        </div>
      </div>
    </header>
  );
}

/** @param asks false on a page whose own answers bring the count */
function DeadLetterCount({ asks }: { readonly asks: boolean }) {
  const data = useStore(deadLetterCounts);
  return (
    <>
      {asks && <PolledCount />}
      {data && data.total_count > 0 && (
        <span class="count" title="Jobs that failed for good">
          {formatCount(data.total_count)}
        </span>
      )}
    </>
  );
}

/** Keeps the count up to date while it is there. */
function PolledCount() {
  usePoll(loadDeadLetterCounts, { key: "dead-letter-counts", every: paces.menu });
  return null;
}
