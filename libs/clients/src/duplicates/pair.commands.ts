/** Says that two clients are not one person. Comes from the review of probable duplicates, and from a registration. */
export class TellPeopleApart {
  /** In their order. */
  readonly clientIds: readonly [string, string];
}
