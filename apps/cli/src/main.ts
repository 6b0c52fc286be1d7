import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { MappingError } from '@boucle/importing';
import { DomainError, StoreUnavailableError } from '@boucle/eventsourcing';
import { CommandFactory } from 'nest-commander';
import { SettingError } from '../../engine/src/config.js';
import { ShapeError } from '../../engine/src/http/problem.filter.js';
import { DeadLettersCommand } from './dead-letters.command.js';
import { BackupCommand } from './backup/backup.command.js';
import { RestoreCommand } from './backup/restore.command.js';
import { DemoCommand } from './demo/demo.command.js';
import { ExportCommand } from './export.command.js';
import { ImportCommand } from './import.command.js';
import { ImportsCommand } from './imports.command.js';
import { keyCommands } from './key.command.js';
import { LifeCycleCommand } from './life-cycle.command.js';
import { MarketError } from './market/market.js';
import { PersonFileCommand } from './person-file.command.js';
import { referenceCommands } from './reference.command.js';
import { ReportCommand } from './report.command.js';
import { ReplayCommand } from './replay.command.js';
import { RepublishCommand } from './republish.command.js';
import { ReturnsCommand } from './returns.command.js';
import { ScoreCommand } from './score.command.js';
import { segmentCommands } from './segment.command.js';
import { ServeCommand } from './serve.command.js';
import { suppressionsCommands } from './suppressions.command.js';
import { UsageError } from './usage-error.js';
import { vaultCommands } from './vault.command.js';
import { WaitingValuesCommand } from './waiting-values.command.js';
import { VerifyCommand } from './verify.command.js';

@Module({
  providers: [
    DemoCommand,
    ScoreCommand,
    ServeCommand,
    ReplayCommand,
    VerifyCommand,
    RepublishCommand,
    DeadLettersCommand,
    PersonFileCommand,
    ExportCommand,
    ImportCommand,
    ImportsCommand,
    LifeCycleCommand,
    WaitingValuesCommand,
    ReturnsCommand,
    ReportCommand,
    BackupCommand,
    RestoreCommand,
    ...keyCommands,
    ...referenceCommands,
    ...segmentCommands,
    ...suppressionsCommands,
    ...vaultCommands,
  ],
})
class Cli {}

const EXPECTED = [UsageError, ShapeError, SettingError, MappingError, MarketError, DomainError, StoreUnavailableError];

/** What is wrong with the words of the command line, the parser has said already. */
const isSaid = (error: Error): boolean => 'code' in error && String(error.code).startsWith('commander.');

const complain = (error: Error): void => {
  process.exitCode = 1;
  if (isSaid(error)) return;
  const expected = EXPECTED.some((kind) => error instanceof kind);
  process.stderr.write(`boucle: ${expected ? error.message : (error.stack ?? error.message)}\n`);
};

void CommandFactory.run(Cli, { logger: ['error', 'warn'], errorHandler: complain, serviceErrorHandler: complain }).catch(complain);
