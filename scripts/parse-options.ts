import { parseArgs, type ParseArgsConfig } from 'node:util';

/** Options of a command of this repository; wrong ones end the process with one line that names them, and exit code 2. */
export function parseOptions<const Config extends ParseArgsConfig>(config: Config) {
  try {
    return parseArgs(config);
  } catch (error) {
    const text = error instanceof TypeError ? error.message : 'Wrong options';
    // What Node adds after the first sentence is about file names that begin with a dash.
    return endAsWrongUsage(text.replace(/\. To specify .*/s, ''));
  }
}

/** Ends the process: `text` says which option is wrong, and how. */
export function endAsWrongUsage(text: string): never {
  process.stderr.write(`${text}; --help lists the options\n`);
  process.exit(2);
}
