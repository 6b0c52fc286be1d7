import { RecordedEvent } from '@boucle/eventsourcing';
import { CloudEvent } from '@boucle/contracts';

/** What deliveries need of the world. */
export abstract class Outbound {
  /** The types of events that are told in messages of these types. */
  abstract eventsBehind(types: readonly string[]): readonly string[];
  /** What an event says to others. */
  abstract say(event: RecordedEvent): readonly CloudEvent[];
  /** Opens the sealed secret of a webhook; throws if this engine cannot. */
  abstract open(sealed: string, webhookId: string): string;
  /** Posts a body and gives the status that came back; throws when nobody answered or nobody may be asked. */
  abstract post(url: string, headers: Readonly<Record<string, string>>, body: string, signal: AbortSignal): Promise<number>;
  /** Told, at least once, of each message that a subscriber has taken. */
  abstract taken(webhookId: string, body: string): Promise<void>;
}
