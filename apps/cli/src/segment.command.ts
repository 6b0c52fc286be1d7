import { randomUUID } from 'node:crypto';
import { createWriteStream, existsSync, readFileSync } from 'node:fs';
import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { INestApplicationContext } from '@nestjs/common';
import { PROFILING_BARS, ProfilingBar, READY_SEGMENTS, RetireSegment } from '@boucle/clients';
import { Command, CommandRunner, Option, SubCommand } from 'nest-commander';
import { CommandDoor } from '../../engine/src/door.js';
import { shaped } from '../../engine/src/http/shape.js';
import { SegmentBody } from '../../engine/src/http/segments.controller.js';
import { Processors } from '../../engine/src/processors.js';
import { RuleCount, SegmentDesk, SegmentLine, WrittenRule } from '../../engine/src/segment-desk.js';
import { onEngine } from './import.command.js';
import { UsageError } from './usage-error.js';

const ACTOR = 'command-line';
const AT_ONCE = 500;

interface Wishes {
  readonly dir?: string;
  readonly file?: string;
}

/** Asks who keeps the rules, once everything is known that the log holds. */
const atDesk = (dir: string | undefined, work: (desk: SegmentDesk, app: INestApplicationContext) => Promise<void>): Promise<void> =>
  onEngine(dir, async (app) => {
    await app.get(Processors).settle();
    await work(app.get(SegmentDesk), app);
  });

const execute = (app: INestApplicationContext, command: object): Promise<unknown> => {
  const id = randomUUID();
  return app.get(CommandDoor).execute(command, { id, correlationId: id, now: new Date().toISOString(), actor: ACTOR });
};

/** A rule as it was written on the command line or in a file. */
const writtenRule = (text: string | undefined, file: string | undefined): WrittenRule => {
  if ((text === undefined) === (file === undefined))
    throw new UsageError('Write the rule in quotes, or name the file that holds it with --file');
  if (file !== undefined && !existsSync(file)) throw new UsageError(`--file: there is no file ${file}`);
  const content = text ?? readFileSync(file!, 'utf8').trim();
  if (!content.startsWith('{')) return { text: content };
  try {
    return { rule: JSON.parse(content) as object };
  } catch (error) {
    throw new UsageError(`The rule begins as JSON and is none: ${(error as Error).message}`);
  }
};

const people = (count: number): string => `${count} ${count === 1 ? 'person' : 'people'}`;

const lineOf = ({ segmentId, name, status, version, members }: SegmentLine): string =>
  [segmentId.padEnd(20), (status === 'active' ? people(members) : status).padEnd(16), `rule ${version}`.padEnd(8), name].join('  ');

const shown = ({ name, text, status, version, activated, members, changedAt }: SegmentLine): string =>
  [
    `${name}: ${status}, rule ${version}`,
    `  ${text}`,
    ...(status === 'active'
      ? [`${people(members)} in it now${changedAt === null ? '' : `; somebody came or left last ${changedAt}`}`]
      : []),
    ...(activated === null
      ? ['It was never activated: boucle segment activate keeps who belongs to it']
      : [`When it was activated, ${activated.at}: ${people(activated.count)}, by position ${activated.asOf}, hash ${activated.hash}`]),
  ].join('\n');

const counted = ({ text, count, people: all, asOf, at, hash, leftOut }: RuleCount): string =>
  [
    `${people(count)} of ${all}`,
    `  ${text}`,
    `By what was known at ${at}, position ${asOf}; hash of the members ${hash}`,
    ...Object.entries(leftOut)
      .filter(([, n]) => n > 0)
      .map(([bar, n]) => `Left out: ${n} who ${PROFILING_BARS[bar as ProfilingBar]}`),
  ].join('\n');

/** The rule of a segment, or one that was just written. */
const asked = async (desk: SegmentDesk, text: string | undefined, { file, segment }: Wishes & { segment?: string }): Promise<RuleCount> => {
  if (segment === undefined) return desk.count(await desk.take(writtenRule(text, file)));
  if (text !== undefined || file !== undefined) throw new UsageError('--segment: name a segment or write a rule, not both');
  return desk.count((await desk.segment(segment)).rule, segment);
};

/** A command that works on a data folder. */
abstract class DeskCommand extends CommandRunner {
  @Option({ flags: '--dir <folder>', description: 'a data folder that no engine holds; what the settings name if left out' })
  dir(value: string): string {
    return value;
  }
}

/** A command that is told a rule. */
abstract class RuleCommand extends DeskCommand {
  @Option({ flags: '--file <rule>', description: 'a file that holds the rule, as text or as JSON' })
  file(value: string): string {
    return value;
  }
}

@SubCommand({ name: 'list', description: 'Every segment, and how many are in it' })
class ListSegmentsCommand extends DeskCommand {
  run(_: string[], { dir }: Wishes): Promise<void> {
    return atDesk(dir, async (desk) => {
      let found = 0;
      for (let after: string | undefined; ;) {
        const page = await desk.list({ after, limit: AT_ONCE });
        for (const segment of page) console.log(lineOf(segment));
        found += page.length;
        if (page.length < AT_ONCE) break;
        after = page[page.length - 1].segmentId;
      }
      if (found === 0) process.stderr.write('There is no segment yet: boucle segment ready shows twelve to begin with.\n');
    });
  }
}

@SubCommand({ name: 'show', arguments: '<segment>', description: 'A segment: its rule, and how many are in it' })
class ShowSegmentCommand extends DeskCommand {
  run([segmentId]: string[], { dir, json }: Wishes & { json?: boolean }): Promise<void> {
    return atDesk(dir, async (desk) => {
      const segment = await desk.reading(segmentId);
      console.log(json ? JSON.stringify(segment, null, 2) : shown(segment));
    });
  }

  @Option({ flags: '--json', description: 'as JSON, the rule too' })
  json(): boolean {
    return true;
  }
}

@SubCommand({
  name: 'ready',
  arguments: '[segment]',
  description: 'The twelve segments that are there before anybody writes a rule; with a name, its rule alone, to be changed',
})
class ReadySegmentsCommand extends CommandRunner {
  async run([segmentId]: (string | undefined)[]): Promise<void> {
    if (segmentId === undefined)
      return READY_SEGMENTS.forEach((one) => console.log(`${one.segmentId.padEnd(16)}  ${one.name}\n  ${one.text}`));
    const ready = READY_SEGMENTS.find((one) => one.segmentId === segmentId);
    if (!ready)
      throw new UsageError(`There is no ready segment ${segmentId}; there are ${READY_SEGMENTS.map((one) => one.segmentId).join(', ')}`);
    console.log(ready.text);
  }
}

@SubCommand({ name: 'check', arguments: '[rule]', description: 'Tell how a rule is understood, or where it is wrong and what to write' })
class CheckSegmentCommand extends RuleCommand {
  run([text]: (string | undefined)[], { dir, file, json }: Wishes & { json?: boolean }): Promise<void> {
    const written = writtenRule(text, file);
    return atDesk(dir, async (desk) => {
      const rule = await desk.take(written);
      console.log(json ? JSON.stringify(rule, null, 2) : desk.print(rule));
    });
  }

  @Option({ flags: '--json', description: 'print the rule as JSON' })
  json(): boolean {
    return true;
  }
}

@SubCommand({
  name: 'define',
  arguments: '<segment> [rule]',
  description: 'Give a rule a name, or a segment another rule; who belongs to an active one is counted at once',
})
class DefineSegmentCommand extends RuleCommand {
  run([segmentId, text]: string[], { dir, file, name }: Wishes & { name: string }): Promise<void> {
    const body = shaped(SegmentBody, { name, ...writtenRule(text, file) }, 'body');
    if (Array.isArray(body)) throw new UsageError(body.map(({ field, reason }) => `--${field}: ${reason}`).join('; '));
    return atDesk(dir, async (desk, app) => {
      await execute(app, await desk.definition(segmentId, body));
      const { status, version } = await desk.segment(segmentId);
      console.log(
        `${segmentId}: rule ${version}${status === 'active' ? '' : `; boucle segment activate ${segmentId} keeps who belongs to it`}`,
      );
    });
  }

  @Option({ flags: '--name <name>', description: 'what people call it', required: true })
  name(value: string): string {
    return value;
  }
}

@SubCommand({ name: 'activate', arguments: '<segment>', description: 'Count who belongs to a segment, and keep it up to date from now on' })
class ActivateSegmentCommand extends DeskCommand {
  run([segmentId]: string[], { dir }: Wishes): Promise<void> {
    return atDesk(dir, async (desk, app) => {
      const activation = await desk.activation(segmentId);
      await execute(app, activation);
      console.log(`${segmentId}: ${people(activation.count)}`);
    });
  }
}

@SubCommand({ name: 'retire', arguments: '<segment>', description: 'Keep nobody in a segment any more' })
class RetireSegmentCommand extends DeskCommand {
  run([segmentId]: string[], { dir }: Wishes): Promise<void> {
    return atDesk(dir, async (_, app) => {
      await execute(app, Object.assign(new RetireSegment(), { segmentId }));
      console.log(`${segmentId}: nobody is kept in it any more`);
    });
  }
}

const SEGMENT = { flags: '--segment <id>', description: 'the rule of this segment' };

@SubCommand({ name: 'count', arguments: '[rule]', description: 'How many a rule finds, who was left out and why' })
class CountSegmentCommand extends RuleCommand {
  run([text]: (string | undefined)[], wishes: Wishes & { segment?: string }): Promise<void> {
    return atDesk(wishes.dir, async (desk) => console.log(counted(await asked(desk, text, wishes))));
  }

  @Option(SEGMENT)
  segment(value: string): string {
    return value;
  }
}

@SubCommand({ name: 'sample', arguments: '[rule]', description: 'Some whom a rule finds, an id on each line' })
class SampleSegmentCommand extends RuleCommand {
  run([text]: (string | undefined)[], wishes: Wishes & { segment?: string }): Promise<void> {
    return atDesk(wishes.dir, async (desk) => (await asked(desk, text, wishes)).sample.forEach((clientId) => console.log(clientId)));
  }

  @Option(SEGMENT)
  segment(value: string): string {
    return value;
  }
}

@SubCommand({ name: 'explain', arguments: '<segment> <client>', description: 'Why somebody is in a segment, or out of it' })
class ExplainSegmentCommand extends DeskCommand {
  run([segmentId, clientId]: string[], { dir }: Wishes): Promise<void> {
    return atDesk(dir, async (desk) => console.log((await desk.explain(segmentId, clientId)).says));
  }
}

/** The members as a sheet of ids. */
async function* sheet(desk: SegmentDesk, segmentId: string): AsyncGenerator<string> {
  yield 'clientId,since\r\n';
  for (let behind: string | undefined; ;) {
    const page = await desk.members(segmentId, behind, AT_ONCE);
    yield page.map(({ clientId, since }) => `${clientId},${since}\r\n`).join('');
    if (page.length < AT_ONCE) return;
    behind = page[page.length - 1].clientId;
  }
}

@SubCommand({
  name: 'members',
  arguments: '<segment>',
  description: 'Who is kept in a segment and since when, as CSV; ids, and nothing personal',
})
class SegmentMembersCommand extends DeskCommand {
  run([segmentId]: string[], { dir, to }: Wishes & { to?: string }): Promise<void> {
    if (to !== undefined && existsSync(to)) throw new UsageError(`--to: ${to} is there already: name a new file, or remove it`);
    return atDesk(dir, async (desk) => {
      const { status } = await desk.segment(segmentId);
      if (status !== 'active')
        throw new UsageError(`${segmentId} is not active: boucle segment activate ${segmentId} keeps who belongs to it`);
      const file: Writable = to === undefined ? process.stdout : createWriteStream(to, { flags: 'wx', mode: 0o600 });
      await pipeline(Readable.from(sheet(desk, segmentId)), file, { end: to !== undefined });
    });
  }

  @Option({ flags: '--to <file>', description: 'a file that is not there yet; standard output if left out' })
  to(value: string): string {
    return value;
  }
}

const SUBCOMMANDS = [
  ListSegmentsCommand,
  ShowSegmentCommand,
  ReadySegmentsCommand,
  CheckSegmentCommand,
  DefineSegmentCommand,
  ActivateSegmentCommand,
  RetireSegmentCommand,
  CountSegmentCommand,
  SampleSegmentCommand,
  ExplainSegmentCommand,
  SegmentMembersCommand,
];

@Command({
  name: 'segment',
  description: 'Write rules that tell clients apart, and learn who fulfils them and why; docs/segments.md tells how rules are written',
  subCommands: SUBCOMMANDS,
})
export class SegmentCommand extends CommandRunner {
  async run([stray]: string[]): Promise<void> {
    const known = 'list, show, ready, check, define, activate, retire, count, sample, explain or members';
    throw new UsageError(`${stray === undefined ? 'Say' : `"${stray}" is not known; say`} boucle segment ${known}`);
  }
}

/** What the command line needs for segments. */
export const segmentCommands = [SegmentCommand, ...SUBCOMMANDS];
