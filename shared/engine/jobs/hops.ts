/**
 * Functions that may be called by messages one after the other. Lambda stops such a chain at 16, and a callback may come on
 * top. Beyond it the sweeper sends, with which a new chain begins.
 */
export const MAX_HOPS = 10;
