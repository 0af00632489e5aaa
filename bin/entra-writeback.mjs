#!/usr/bin/env node
// Starts the command line with the Node 24 that the project brings, whatever Node runs this file.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const own = fileURLToPath(new URL('../node_modules/.bin/node', import.meta.url));
const main = fileURLToPath(new URL('../cli/main.ts', import.meta.url));
const cache = fileURLToPath(new URL('../node_modules/.cache/entra-writeback', import.meta.url));
const { status, signal } = spawnSync(
  existsSync(own) ? own : process.execPath,
  ['--disable-warning=ExperimentalWarning', main, ...process.argv.slice(2)],
  // Nothing is compiled: Node strips the types, and remembers what came of it.
  { stdio: 'inherit', env: { NODE_COMPILE_CACHE: cache, ...process.env } },
);
process.exit(status ?? (signal ? 130 : 1));
