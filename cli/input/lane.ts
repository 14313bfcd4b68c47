import { InvalidArgumentError } from "@commander-js/extra-typings";
import { type Lane, lanes } from "../../contracts/jobs/lanes.ts";

/** @throws InvalidArgumentError when there is no such lane */
export function parseLane(text: string): Lane {
  const lane = lanes.find((each) => each === text);
  if (!lane) throw new InvalidArgumentError(`There are: ${lanes.join(", ")}.`);
  return lane;
}
