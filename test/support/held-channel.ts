import { Channel, Delivery } from '@boucle/eventsourcing';

/** A channel to an outside that is slow: each delivery waits until it is let through. */
export class HeldChannel extends Channel {
  private readonly waiting: (() => void)[] = [];
  private open = true;

  constructor(private readonly behind: Channel) {
    super();
  }

  async send(delivery: Delivery): Promise<void> {
    if (!this.open) await new Promise<void>((resolve) => this.waiting.push(resolve));
    await this.behind.send(delivery);
  }

  retract(deliveries: string, concerned: (message: object) => boolean): Promise<void> {
    return this.behind.retract(deliveries, concerned);
  }

  hold(): void {
    this.open = false;
  }

  get held(): number {
    return this.waiting.length;
  }

  /** Lets the next delivery through. */
  next(): void {
    this.waiting.shift()?.();
  }

  release(): void {
    this.open = true;
    while (this.waiting.length > 0) this.next();
  }
}
