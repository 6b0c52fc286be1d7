import { Message } from '@boucle/eventsourcing';

export type ReferenceEvent =
  /** A number of another system stands for this client from now on. */
  | Message<'ReferenceClaimed', { lookup: string; clientId: string }>
  /** The number is free again: the next registration under it makes a new client. */
  | Message<'ReferenceReleased', { lookup: string; clientId: string }>;
