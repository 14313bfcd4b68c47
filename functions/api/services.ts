import type { LanguageModelBackend } from "../../shared/capabilities/llm/backend.ts";
import type { ProjectServices } from "../../shared/capabilities/projects/services.ts";
import type { JobServices } from "../../shared/engine/jobs/services.ts";
import type { KeyStore } from "../../shared/engine/keys/key-store.ts";
import type { Mappings } from "../../shared/engine/operations/mappings.ts";
import type { CallbackServices } from "./callback-url.ts";

/** What the handlers work with; built once per process in index.ts, replaced in unit tests. */
export interface ApiServices extends CallbackServices {
  readonly jobs: JobServices;
  readonly keys: KeyStore;
  readonly mappings: Mappings;
  readonly projects: ProjectServices;
  /** Loaded when it is first asked. */
  readonly languageModel: () => Promise<LanguageModelBackend>;
  /** Prefix of the names in `GET /metrics`. */
  readonly metricsPrefix: string;
  readonly logger: ApiLogger;
}

/** The part of the logger that the API uses. */
export interface ApiLogger {
  info(message: string, fields: Record<string, unknown>): void;
  warn(message: string, fields: Record<string, unknown>): void;
  error(message: string, fields: Record<string, unknown>): void;
}
