/** The command line asks for something that cannot be done; the message says what can. */
export class UsageError extends Error {}
