import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { CommandFactory } from 'nest-commander';
import { DemoCommand } from './demo/demo.command.js';
import { MarketError } from './market/market.js';
import { ReplayCommand } from './replay.command.js';
import { ServeCommand } from './serve.command.js';
import { UsageError } from './usage-error.js';
import { VerifyCommand } from './verify.command.js';

@Module({ providers: [DemoCommand, ServeCommand, ReplayCommand, VerifyCommand] })
class Cli {}

const complain = (error: Error): void => {
  const expected = error instanceof UsageError || error instanceof MarketError;
  process.stderr.write(`boucle: ${expected ? error.message : (error.stack ?? error.message)}\n`);
  process.exitCode = 1;
};

void CommandFactory.run(Cli, { logger: ['error', 'warn'], errorHandler: complain, serviceErrorHandler: complain }).catch(complain);
