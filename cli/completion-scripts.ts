/**
 * Completion scripts, made from the commands themselves, so that they never lag behind.
 *
 * @module
 */

import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import type { Catalog } from "../contracts/define-catalog.ts";

/** The shells that completion scripts exist for. */
export const shells = ["bash", "zsh", "fish"] as const;
/** A shell that a completion script exists for. */
export type Shell = (typeof shells)[number];

/** A place on the command line and the words that may follow it. */
interface Place {
  /** Commands typed so far, such as `dlq redrive`; empty at the start. */
  readonly path: string;
  readonly words: readonly Word[];
}

interface Word {
  readonly text: string;
  readonly about: string;
}

const HELP: Word = { text: "--help", about: "show help" };
const VERSION: Word = { text: "--version", about: "show the version" };

/** The completion script of a shell, derived from the commands of the program. */
export function completionScript(shell: Shell, program: CommandUnknownOpts, catalog: Catalog): string {
  const places = collect(program, catalog, { path: [], global: [] });
  return { bash, zsh, fish }[shell](places);
}

function collect(
  command: CommandUnknownOpts,
  catalog: Catalog,
  { path, global }: { readonly path: readonly string[]; readonly global: readonly Word[] },
): Place[] {
  const help = command.createHelp();
  const options = command.options
    .filter(({ hidden }) => !hidden)
    .flatMap(({ long, short, description }) => {
      const text = long ?? short;
      return text === undefined ? [] : [{ text, about: description }];
    });
  const own = help
    .visibleCommands(command)
    .map((each) => ({ text: each.name(), about: each.summary() || each.description() }));
  const everywhere = path.length === 0 ? [...options.filter(({ text }) => text !== "--version"), HELP] : global;
  const words = [
    ...own,
    ...argumentWords(command, catalog),
    ...(path.length === 0 ? [VERSION] : options),
    ...everywhere,
  ];
  const children = command.commands.flatMap((each) =>
    collect(each, catalog, { path: [...path, each.name()], global: everywhere }),
  );
  return [{ path: path.join(" "), words }, ...children];
}

/** Values of a command's first argument that are known here. */
function argumentWords(command: CommandUnknownOpts, { taskNames, queues }: Catalog): Word[] {
  const [first] = command.registeredArguments;
  if (first?.argChoices) return first.argChoices.map((text) => ({ text, about: "" }));
  if (first?.name() === "task") return taskNames.map((text) => ({ text, about: "task" }));
  if (first?.name() === "queue") return queues.map(({ name }) => ({ text: name, about: "queue" }));
  return [];
}

const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
const cases = (places: readonly Place[]): string =>
  places
    .map(({ path, words }) => `    ${quote(path)}) words=${quote(words.map(({ text }) => text).join(" "))} ;;`)
    .join("\n");

/** Walks the words before the cursor down the tree of commands; options are skipped. */
const bash = (places: readonly Place[]): string => `# bash completion for sluice
_sluice() {
  local words path='' word next index
  for ((index = 1; index < COMP_CWORD; index++)); do
    word="\${COMP_WORDS[index]}"
    next="\${path:+$path }$word"
    case " \${_sluice_paths} " in *"|$next|"*) path="$next" ;; esac
  done
  case "$path" in
${cases(places)}
  esac
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
  # No word of ours fits: it is a file name.
  [ \${#COMPREPLY[@]} -gt 0 ] || compopt -o default 2>/dev/null
}
_sluice_paths=${quote(`|${places.map(({ path }) => path).join("|")}|`)}
complete -F _sluice sluice
`;

const zsh = (places: readonly Place[]): string => `#compdef sluice
# zsh completion for sluice
_sluice() {
  local path_so_far='' word next
  local -a described
  for word in "\${(@)words[2,CURRENT-1]}"; do
    next="\${path_so_far:+$path_so_far }$word"
    [[ "$_sluice_paths" == *"|$next|"* ]] && path_so_far="$next"
  done
  case "$path_so_far" in
${places
  .map(({ path, words }) => {
    const entries = words.map(({ text, about }) =>
      quote(`${text.replaceAll(":", "\\:")}:${about.replaceAll("\n", " ")}`),
    );
    return `    ${quote(path)}) described=(${entries.join(" ")}) ;;`;
  })
  .join("\n")}
  esac
  _describe 'sluice' described || _files
}
_sluice_paths=${quote(`|${places.map(({ path }) => path).join("|")}|`)}
compdef _sluice sluice
`;

const fish = (places: readonly Place[]): string => {
  const lines = places.flatMap(({ path, words }) =>
    words.map(({ text, about }) => {
      const condition = `__sluice_at ${quote(path)}`;
      return `complete -c sluice -n "${condition}" -a ${quote(text)} -d ${quote(about)}`;
    }),
  );
  return `# fish completion for sluice
set -g __sluice_paths ${places.map(({ path }) => quote(path)).join(" ")}
function __sluice_at
    set -l so_far ''
    for word in (commandline -opc)[2..-1]
        set -l next (string trim "$so_far $word")
        contains -- "$next" $__sluice_paths; and set so_far "$next"
    end
    test "$so_far" = "$argv[1]"
end
${lines.join("\n")}
`;
};
