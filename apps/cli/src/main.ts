import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { MappingError } from '@boucle/importing';
import { DomainError, StoreUnavailableError } from '@boucle/eventsourcing';
import { CommandFactory } from 'nest-commander';
import { SettingError } from '../../engine/src/config.js';
import { DeadLettersCommand } from './dead-letters.command.js';
import { BackupCommand } from './backup/backup.command.js';
import { RestoreCommand } from './backup/restore.command.js';
import { DemoCommand } from './demo/demo.command.js';
    ImportCommand,
