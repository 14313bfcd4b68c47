/** The least that a function can be: what the runtime itself takes to load one. */
export const handler = async (): Promise<void> => {};
