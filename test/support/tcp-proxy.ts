import { connect, createServer, Server, Socket } from 'node:net';

/** A line to a server that can be cut, stalled and healed. */
export class TcpProxy {
  private readonly lines = new Set<Socket>();
  private server: Server | null = null;
  private stalled = false;
  private port = 0;

  private constructor(
    private readonly targetHost: string,
    private readonly targetPort: number,
  ) {}

  /** A proxy on a free port of 127.0.0.1 before the server at this address. */
  static async before(host: string, port: number): Promise<TcpProxy> {
    const proxy = new TcpProxy(host, port);
    await proxy.listen();
    return proxy;
  }

  /** Where it listens, the same after it was healed. */
  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  /** Breaks every connection and refuses new ones. */
  async cut(): Promise<void> {
    const { server } = this;
    this.server = null;
    for (const line of this.lines) line.destroy();
    if (server) await new Promise((closed) => server.close(closed));
  }

  /** Accepts connections and bytes, and lets nothing through in either direction. */
  stall(): void {
    this.stalled = true;
    for (const line of this.lines) line.pause();
  }

  /** Works again: what was stalled flows on, what was cut may connect anew. */
  async heal(): Promise<void> {
    this.stalled = false;
    for (const line of this.lines) line.resume();
    if (!this.server) await this.listen();
  }

  private async listen(): Promise<void> {
    const server = createServer((near) => {
      const far = connect(this.targetPort, this.targetHost);
      this.join(near, far);
      this.join(far, near);
    });
    await new Promise<void>((listening, failed) => server.once('error', failed).listen(this.port, '127.0.0.1', listening));
    this.server = server;
    this.port = (server.address() as { port: number }).port;
  }

  /** Hands on what one socket says, at the pace at which the other takes it, and its end. */
  private join(from: Socket, to: Socket): void {
    this.lines.add(from);
    from.on('data', (chunk) => {
      if (to.write(chunk)) return;
      from.pause();
      to.once('drain', () => {
        if (!this.stalled) from.resume();
      });
    });
    if (this.stalled) from.pause();
    from.on('error', () => from.destroy());
    from.on('close', () => {
      this.lines.delete(from);
      to.destroy();
    });
  }
}
