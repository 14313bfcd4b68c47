import { type AnswerOf, type Client, SluiceError } from "../../client/index.ts";

const AT_ONCE = 10;

/**
 * The names of what a search has found: its answer has ids alone. What was deleted since has none.
 * @param whose the project of the API key that they belong to
 */
export async function namesOf(
  client: Client,
  matches: AnswerOf<"POST /api/v1/projects/search">["matches"],
  whose: { readonly project_id: string | undefined },
): Promise<ReadonlyMap<string, string | null>> {
  const names = new Map<string, string | null>();
  for (let from = 0; from < matches.length; from += AT_ONCE) {
    const asked = matches.slice(from, from + AT_ONCE).map(async ({ project_id }) => {
      names.set(project_id, await nameOf(client, project_id, whose));
    });
    await Promise.all(asked);
  }
  return names;
}

async function nameOf(client: Client, id: string, whose: { readonly project_id: string | undefined }) {
  try {
    return (await client.projects.get(id, whose)).name;
  } catch (error) {
    if (error instanceof SluiceError && error.status === 404) return null;
    throw error;
  }
}
