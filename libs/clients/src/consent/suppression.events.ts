import { Message } from '@boucle/eventsourcing';
import { Channel } from '../client/channel.js';

/** The list of those who opposed us: it stays when they are erased. */
export const OWN_LIST = 'own';

export type SuppressionEvent =
  /** Contact points that must not be addressed entered a list, as keyed hashes: nobody else can tell whose they are. */
  | Message<
      'SuppressionsEntered',
      {
        listId: string;
        /** Counts how often the list was begun anew. */
        edition: number;
        batchId: string;
        /** Code: robinson, bloctel, asterisk, broker, own … */
        source: string;
        channels: readonly Channel[];
        /** Code: what for they must not be; null: for nothing. */
        purpose: string | null;
        /** When they cease to count; null: never. */
        until: string | null;
        hashes: readonly string[];
        /** How many of them stood there before. */
        renewed: number;
      }
    >
  /** What the list held does not count any more. */
  | Message<'SuppressionListEnded', { listId: string; edition: number }>;
