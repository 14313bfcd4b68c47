/**
 * Which IP addresses belong to the public internet. A URL that a tenant gives must lead nowhere else: not to loopback,
 * a private network, a cloud's metadata service or an address that wraps one of these.
 *
 * @module
 */

import ipaddr from "ipaddr.js";

/** All that IANA has assigned as global unicast; what is outside is reserved for later use. */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR("2000::/3");

/** Azure's metadata and health service: in public address space, and reachable from inside alone. */
const AZURE_PLATFORM = "168.63.129.16";

function parse(address: string) {
  const parsed = ipaddr.parse(address);
  return parsed instanceof ipaddr.IPv6 && parsed.isIPv4MappedAddress() ? parsed.toIPv4Address() : parsed;
}

/**
 * Whether an address is globally reachable unicast, by IANA's special-purpose registries (RFC 6890). IPv6 addresses
 * that embed an IPv4 one (NAT64, 6to4, Teredo) are not: what they lead to depends on the network.
 * @param address IPv4 or IPv6; an IPv4-mapped IPv6 address counts as the IPv4 address
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = parse(address);
  if (parsed.range() !== "unicast" || parsed.toString() === AZURE_PLATFORM) return false;
  return !(parsed instanceof ipaddr.IPv6) || parsed.match(GLOBAL_UNICAST);
}

/** Whether an address is this machine's own loopback interface. */
export const isLoopbackAddress = (address: string): boolean =>
  ipaddr.isValid(address) && parse(address).range() === "loopback";
