/**
 * In which order a standard queue's messages are delivered when they belong to groups: as SQS documents its fair queues. A group
 * that takes much of what consumers can do is noisy, and the others' messages come before its own.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues-detailed.html
 *
 * @module
 */

/** A group is noisy with more than this share of the messages in flight, or of the recent processing time. */
const NOISY_SHARE = 0.1;
/** Of its own in flight; fewer say nothing about a share of them. */
const LEAST_IN_FLIGHT = 30;
/** AWS says "recent" and no number: what was processed counts half after so long. */
const HALF_LIFE_MS = 60_000;
/** A group that has sent nothing for so long is noisy no more. */
const QUIET_AFTER_MS = 5 * 60_000;

/** What of a message decides when it is delivered. */
export interface GroupedMessage {
  /** Left out: the message is a group of its own. */
  readonly messageGroupId?: string | undefined;
  /** Milliseconds since the epoch. */
  readonly sentTimestamp: number;
}

/** One queue's groups: what they have in flight, and what they took of the consumers. */
export class FairOrder {
  readonly #inFlight = new Map<string, { readonly group: string; readonly since: number }>();
  readonly #processed = new Map<string, number>();
  #processedAt = 0;
  #noisy = new Set<string>();

  /** A consumer has received a message. */
  received(handle: string, { messageGroupId }: GroupedMessage, now: number): void {
    if (messageGroupId !== undefined) this.#inFlight.set(handle, { group: messageGroupId, since: now });
  }

  /** A message is in flight no more. Safe to repeat. */
  ended(handle: string, now: number): void {
    const message = this.#inFlight.get(handle);
    if (!message) return;
    this.#inFlight.delete(handle);
    this.#forget(now);
    this.#processed.set(message.group, (this.#processed.get(message.group) ?? 0) + now - message.since);
  }

  /** Messages that came to their end unseen, as their visibility timeout is over. */
  keepOnly(isInFlight: (handle: string) => boolean, now: number): void {
    for (const handle of this.#inFlight.keys()) if (!isInFlight(handle)) this.ended(handle, now);
  }

  /**
   * The messages that come next, up to a number of them: those of quiet groups as they arrived, then those of noisy groups, of the one
   * with the fewest in flight first.
   */
  next<Message extends GroupedMessage>(waiting: readonly Message[], most: number, now: number): Message[] {
    this.#judge(waiting, now);
    const chosen = this.#choose(waiting, most);
    if (chosen.length === waiting.length) this.#noisy.clear();
    return chosen;
  }

  #choose<Message extends GroupedMessage>(waiting: readonly Message[], most: number): Message[] {
    if (this.#noisy.size === 0) return waiting.slice(0, most);
    const chosen: Message[] = [];
    const later = new Map<string, Message[]>();
    for (const message of waiting) {
      if (chosen.length === most) return chosen;
      const group = message.messageGroupId;
      const others = group === undefined ? undefined : later.get(group);
      if (others !== undefined) {
        if (others.length < most) others.push(message);
      } else if (group === undefined || !this.#noisy.has(group)) chosen.push(message);
      else later.set(group, [message]);
    }
    const counts = new Map([...later.keys()].map((group) => [group, 0]));
    for (const { group } of this.#inFlight.values()) counts.set(group, (counts.get(group) ?? 0) + 1);
    while (chosen.length < most && later.size > 0) {
      const [group, messages] = [...later].reduce((one, other) =>
        (counts.get(other[0]) ?? 0) < (counts.get(one[0]) ?? 0) ? other : one,
      );
      const message = messages.shift();
      if (message) chosen.push(message);
      if (messages.length === 0) later.delete(group);
      counts.set(group, (counts.get(group) ?? 0) + 1);
    }
    return chosen;
  }

  /** Whose messages wait, and are noisy; without a backlog, nobody is. */
  #judge(waiting: readonly GroupedMessage[], now: number): void {
    const lastSent = new Map<string, number>();
    // From the newest on: of thousands that wait, few are newer than the one before.
    for (const { messageGroupId: group, sentTimestamp } of waiting.toReversed()) {
      if (group !== undefined && sentTimestamp > (lastSent.get(group) ?? 0)) lastSent.set(group, sentTimestamp);
    }
    this.#forget(now);
    const counts = new Map<string, number>();
    const times = new Map(this.#processed);
    for (const { group, since } of this.#inFlight.values()) {
      counts.set(group, (counts.get(group) ?? 0) + 1);
      times.set(group, (times.get(group) ?? 0) + now - since);
    }
    const allTime = [...times.values()].reduce((sum, each) => sum + each, 0);
    const exceeds = (group: string) => {
      const count = counts.get(group) ?? 0;
      const hasMany = count >= LEAST_IN_FLIGHT && count > NOISY_SHARE * this.#inFlight.size;
      return hasMany || (times.get(group) ?? 0) > NOISY_SHARE * allTime;
    };
    const stays = (group: string, sent: number) => this.#noisy.has(group) && sent > now - QUIET_AFTER_MS;
    const noisy = [...lastSent].filter(([group, sent]) => exceeds(group) || stays(group, sent));
    this.#noisy = new Set(noisy.map(([group]) => group));
  }

  /** Lets what was processed count less as time passes. */
  #forget(now: number): void {
    const kept = 0.5 ** ((now - this.#processedAt) / HALF_LIFE_MS);
    this.#processedAt = now;
    for (const [group, time] of this.#processed) {
      if (time * kept < 1) this.#processed.delete(group);
      else this.#processed.set(group, time * kept);
    }
  }
}
