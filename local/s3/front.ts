import type { Emulator } from "../services/emulator.ts";
import { addBucketCors, allowsOrigin, type CorsRules } from "./cors.ts";
import { guardS3, type S3GuardOptions } from "./guard.ts";
import { hideMissing } from "./missing-objects.ts";
import type { ObjectEvent } from "./notification-rule.ts";
import { watchObjects } from "./notifications.ts";

/** What S3 has and the emulator lacks: checks of presigned requests, CORS, notifications. */
export interface S3Front {
  /** Serves the buckets of this template from now on. */
  use(cors: CorsRules, emit: (event: ObjectEvent) => void): void;
  /** True when a bucket's rules let pages of this origin in. */
  allowsOrigin(origin: string, path: string): boolean;
}

/** Must be called before the emulator listens. */
export function createS3Front(emulator: Emulator, options: S3GuardOptions): S3Front {
  let rules: CorsRules = new Map();
  let listener: (event: ObjectEvent) => void = () => {};
  addBucketCors(emulator, () => rules);
  guardS3(emulator, options);
  hideMissing(emulator);
  watchObjects(emulator, (event) => listener(event));
  return {
    allowsOrigin: (origin, path) => allowsOrigin(rules, origin, path),
    use(cors, emit) {
      rules = cors;
      listener = emit;
    },
  };
}
