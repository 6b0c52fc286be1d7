import { LoggerService } from '@nestjs/common';
import pino, { DestinationStream, Logger } from 'pino';
import { Config } from '../config.js';
import { withoutCredentials } from './credentials.js';

/** What the framework says of its own start is of no interest to operators. */
const FRAMEWORK = new Set(['InstanceLoader', 'NestApplication', 'NestFactory', 'RouterExplorer', 'RoutesResolver']);

type Line = Readonly<Record<string, unknown>> & { level: string; time: string; context?: string; msg: string };

/** A line of JSON as people read it. */
export const asText = (json: string): string => {
  const { level, time, context, msg, ...rest } = JSON.parse(json) as Line;
  const fields = Object.entries(rest).map(([name, value]) => ` ${name}=${String(value)}`);
  return `${time} ${level.toUpperCase().padEnd(5)} ${context === undefined ? '' : `[${context}] `}${msg}${fields.join('')}\n`;
};

const textTo = (out: DestinationStream): DestinationStream => ({ write: (line) => out.write(asText(line)) });

/** The log of the framework and of the engine, a line for each thing said. */
export class Log implements LoggerService {
  private readonly lines: Logger;

  constructor({ logLevel, logFormat }: Pick<Config, 'logLevel' | 'logFormat'>, out: DestinationStream = process.stdout) {
    const options = {
      level: logLevel,
      base: undefined,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (level: string) => ({ level }) },
    };
    this.lines = pino(options, logFormat === 'text' ? textTo(out) : out);
  }

  fatal(message: unknown, ...more: unknown[]): void {
    this.say('fatal', message, more);
  }

  error(message: unknown, ...more: unknown[]): void {
    this.say('error', message, more);
  }

  warn(message: unknown, ...more: unknown[]): void {
    this.say('warn', message, more);
  }

  log(message: unknown, ...more: unknown[]): void {
    this.say(FRAMEWORK.has(String(more.at(-1))) ? 'debug' : 'info', message, more);
  }

  debug(message: unknown, ...more: unknown[]): void {
    this.say('debug', message, more);
  }

  verbose(message: unknown, ...more: unknown[]): void {
    this.say('trace', message, more);
  }

  /** The last of what follows a message is its context; what stands between belongs to the message. */
  private say(level: pino.Level, message: unknown, more: readonly unknown[]): void {
    if (!this.lines.isLevelEnabled(level)) return;
    const context = more.at(-1);
    const { msg, ...fields } = typeof message === 'object' && message !== null ? (message as { msg?: unknown }) : { msg: message };
    const text = [msg, ...more.slice(0, -1)]
      .filter((part) => part !== undefined)
      .map(String)
      .join('\n');
    this.lines[level]({ context, ...fields }, withoutCredentials(text));
  }
}
