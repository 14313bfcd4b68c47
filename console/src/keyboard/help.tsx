import { Dialog } from "../ui/dialog.tsx";
import { goTo } from "./shortcuts.ts";

const keys: readonly (readonly [keys: string, does: string])[] = [
  ...Object.entries(goTo).map(([key, { name }]) => [`g ${key}`, `Go to ${name}`] as const),
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

/** The keys there are. */
export function Help({ close }: { readonly close: () => void }) {
  return (
    <Dialog title="Keyboard" close={close}>
      <table class="help">
        <tbody>
          {keys.map(([key, does]) => (
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
