#!/usr/bin/env node
import Module from 'node:module';
import { join } from 'node:path';
import { ready } from './ready.mjs';
import { root } from './run.mjs';

await ready();
// in this very process, so that working directory, streams, signals and exit code are the program's own
process.argv[1] = join(root, 'dist/apps/cli/src/main.js');
Module.runMain();
