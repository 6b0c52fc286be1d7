import { createServer, IncomingMessage, Server, ServerResponse } from 'node:http';
import { AddressInfo } from 'node:net';
import { CloudEvent } from '@boucle/contracts';

/** What a subscriber was sent. */
export interface Received {
  readonly headers: Record<string, string>;
  readonly body: string;
  readonly event: CloudEvent;
  /** What it answered; null: nothing yet. */
  readonly status: number | null;
}

/** A subscriber with a server of its own; answers as it is told to, and null is to stay silent. */
export class Receiver {
  readonly received: Received[] = [];
  answers: (event: CloudEvent) => number | null = () => 200;

  private constructor(private readonly server: Server) {}

  static async start(): Promise<Receiver> {
    const server = createServer();
    const receiver = new Receiver(server);
    server.on('request', (request: IncomingMessage, response: ServerResponse) => void receiver.take(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/hook`;
  }

  /** What it has said yes to, in order. */
  get taken(): Received[] {
    return this.received.filter(({ status }) => status === 200);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const event = JSON.parse(body) as CloudEvent;
    const status = this.answers(event);
    this.received.push({ headers: request.headers as Record<string, string>, body, event, status });
    if (status === null) return;
    response.writeHead(status, status === 302 ? { location: this.url } : {});
    response.end('thanks');
  }
}
