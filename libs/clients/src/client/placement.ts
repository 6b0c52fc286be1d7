/** Where a client stands in a wave; repeated in all that follows from it. */
export interface Placement {
  readonly campaignId: string;
  readonly wave: number;
  readonly cell: string;
  /** The offer drawn; null for the hold-out. */
  readonly arm: string | null;
}

/** The decision of a wave that a reaction counts for. */
export interface Credit extends Placement {
  /** The first reaction of its kind (response or purchase) to this decision. */
  readonly first: boolean;
  /** Whether the client got what was drawn for him: the mailing, or to be left alone. */
  readonly asDrawn: boolean;
}
