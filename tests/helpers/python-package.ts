import { execFile, spawnSync } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { TestStack } from "./stack.ts";

const execute = promisify(execFile);
const python = process.env.SLUICE_PYTHON ?? "python3";
const needed = ["httpx", "build", "hatchling", "mypy", "pytest", "fastapi", "standardwebhooks"];

/** A port that nobody listens on: what is not on this machine cannot be reached. */
const CLOSED = "http://127.0.0.1:9";
const proxies = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"].flatMap((name) => [name, name.toLowerCase()]);
/** For a command that must fetch nothing. */
const offline = {
  ...Object.fromEntries(proxies.map((name) => [name, CLOSED])),
  NO_PROXY: "",
  no_proxy: "",
  PIP_NO_INDEX: "1",
};

/** Whether this machine's Python can build and use the package. */
export const hasPython = spawnSync(python, ["-c", `import ${needed.join(", ")}`]).status === 0;
/** For the names of suites that are skipped without it. */
export const howToGetPython = `pip install ${needed.join(" ")}, and SLUICE_PYTHON names the Python that has them`;

/** The Python client as its users have it: built, and installed from its archives into an empty folder. */
export interface PythonPackage extends AsyncDisposable {
  /** A folder of the test's own. */
  readonly folder: string;
  /** Where the package is installed. */
  readonly installed: string;
  /** Names of the archives in `dist`. */
  readonly archives: readonly string[];
  /** Runs Python with the installed package alone, against a stack: not synchronously, as the stack answers from this process. */
  run(args: readonly string[], stack: TestStack): Promise<Said>;
  /** Type-checks the package's own sources, by its own settings. */
  check(): Promise<Said>;
  /** Installs an archive with what it depends on into an environment of its own, from pip's index, and runs Python there. */
  runFresh(archive: string, args: readonly string[], stack: TestStack): Promise<Said>;
}

/** How a command ended, and what it wrote. */
interface Said {
  readonly ok: boolean;
  readonly said: string;
}

async function say(command: string, args: readonly string[], options: { readonly cwd: string; readonly env: object }) {
  try {
    const env = { ...process.env, ...options.env };
    const { stdout, stderr } = await execute(command, [...args], { cwd: options.cwd, env, maxBuffer: 10_000_000 });
    return { ok: true, said: stdout + stderr };
  } catch (error) {
    return { ok: false, said: error instanceof Error ? `${Reflect.get(error, "stdout")}${error.message}` : "" };
  }
}

const keysOf = ({ stack }: TestStack) => ({ SLUICE_URL: stack.url, SLUICE_API_KEY: stack.apiKey });

/** Builds and installs the package, without a network. @throws Error when the build fails */
export async function buildPythonPackage(): Promise<PythonPackage> {
  const repository = join(import.meta.dirname, "../..");
  const folder = await mkdtemp(join(tmpdir(), "sluice-python-test-"));
  const dist = join(folder, "dist");
  const env = { ...process.env, ...offline, SLUICE_PYTHON: python };
  await execute(process.execPath, ["scripts/python-client.ts", "--out", dist], { cwd: repository, env });
  const archives = await readdir(dist);
  const installed = join(folder, "installed");
  const wheel = archives.find((name) => name.endsWith(".whl")) ?? "";
  const pip = ["-m", "pip", "install", "-q", "--no-deps", "--no-index", "--target", installed];
  await execute(python, [...pip, join(dist, wheel)], { env });
  const caches = { MYPY_CACHE_DIR: join(folder, "mypy"), PYTHONDONTWRITEBYTECODE: "1" };
  return {
    folder,
    installed,
    archives,
    run: (args, stack) =>
      say(python, args, { cwd: folder, env: { ...caches, ...keysOf(stack), PYTHONPATH: installed } }),
    check: () =>
      say(python, ["-m", "mypy", "--strict", "-p", "sluice"], {
        cwd: join(repository, "clients/python"),
        env: caches,
      }),
    async runFresh(archive, args, stack) {
      const fresh = join(folder, `fresh-${archive}`);
      const own = join(fresh, "bin/python");
      await execute(python, ["-m", "venv", fresh]);
      await execute(own, ["-m", "pip", "install", "-q", "--disable-pip-version-check", join(dist, archive)]);
      return await say(own, args, { cwd: fresh, env: { ...caches, ...keysOf(stack), PYTHONPATH: "" } });
    },
    [Symbol.asyncDispose]: async () => await rm(folder, { recursive: true, force: true }),
  };
}
