/** Stands for the group of dead letters whose errors have no fingerprint: in a query of the API, and in an address of the console. */
export const NO_FINGERPRINT = "none";
