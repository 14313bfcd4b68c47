import { identity } from "../api/identity.ts";
import { mayOpen } from "../navigation/access.ts";
import { useStore } from "../store.ts";
import { Dialog } from "../ui/dialog.tsx";
import { goTo } from "./shortcuts.ts";

const keys: readonly (readonly [keys: string, does: string])[] = [
  ["/", "Search jobs"],
  ["j  k", "Next, previous row"],
  ["Enter", "Open the row"],
  ["x", "Select the row (jobs, dead letters)"],
  ["Esc", "Leave a field, close a dialog, go back to the list, clear its filters"],
  ["n", "Older jobs"],
  ["r", "Load again"],
  ["t", "Light, dark, or as the system"],
  ["?", "This help"],
];

/** The keys there are, but for those of pages that the API key may not use. */
export function Help({ close }: { readonly close: () => void }) {
  const who = useStore(identity);
  const pages = Object.entries(goTo).filter(([, { route }]) => mayOpen(who, route.screen));
  const all = [...pages.map(([key, { name }]) => [`g ${key}`, `Go to ${name}`] as const), ...keys];
  return (
    <Dialog title="Keyboard" close={close}>
      <table class="help">
        <tbody>
          {all.map(([key, does]) => (
            <tr key={key}>
              <th scope="row">
                {key.split(/\s+/).map((one) => (
                  <kbd key={one}>{one}</kbd>
                ))}
              </th>
              <td>{does}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Dialog>
  );
}
