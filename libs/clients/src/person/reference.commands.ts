/** Takes a number of another system for a client, unless it stands for one already. Comes from a registration only. */
export class ClaimReference {
  /** The keyed hash of system and number. */
  readonly lookup: string;
  readonly clientId: string;
}

/** Gives up a number, so that it may stand for another client. */
export class ReleaseReference {
  readonly lookup: string;
  readonly clientId: string;
}
