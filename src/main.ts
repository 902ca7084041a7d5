#!/usr/bin/env node
// The process entry: arguments → command. The only file that listens for signals or sets an exit code.
process.exitCode = 2;
