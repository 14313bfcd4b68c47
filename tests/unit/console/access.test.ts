import { describe, expect, it } from "vitest";
import type { Identity } from "../../../console/src/api/permissions.ts";
import { mayOpen } from "../../../console/src/navigation/access.ts";
import type { Scope } from "../../../contracts/keys/scopes.ts";

const keyOf = (...scopes: Scope[]): Identity => ({
  key_id: "key_1",
  project_id: "own",
  projects: [],
  scopes,
  limits: {},
  expires_at: null,
});

describe("a page of the console", () => {
  const pages = ["jobs", "submit", "revoke", "keys", "trends", "settings"] as const;
  const open = (who: Identity | undefined) => pages.filter((page) => mayOpen(who, page));

  it("is offered to keys with its scope, or one that implies it", () => {
    expect(open(keyOf("read"))).toEqual(["jobs"]);
    expect(open(keyOf("read", "submit"))).toEqual(["jobs", "submit", "revoke"]);
    expect(open(keyOf("project_admin"))).toEqual(["jobs", "submit", "revoke", "keys"]);
    expect(open(keyOf("admin"))).toEqual(pages);
  });

  it("is offered until the key is known", () => {
    expect(open(undefined)).toEqual(pages);
  });
});
