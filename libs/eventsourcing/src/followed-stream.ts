import { fold } from './decider.js';
import { EventStore, NO_STREAM } from './ports.js';

/** A stream as the log has it now, folded: only what is new is read. */
export class FollowedStream<State> {
  private state: State;
  private revision = NO_STREAM;

  constructor(
    private readonly events: Pick<EventStore, 'read'>,
    private readonly decider: { readonly initial: State; readonly evolve: object },
    private readonly stream: string,
  ) {
    this.state = decider.initial;
  }

  async now(): Promise<State> {
    const tail = await this.events.read(this.stream, this.revision + 1);
    const news = tail.filter(({ revision }) => revision > this.revision);
    if (news.length > 0) {
      this.state = fold(this.decider, this.state, news);
      this.revision = news[news.length - 1].revision;
    }
    return this.state;
  }
}
