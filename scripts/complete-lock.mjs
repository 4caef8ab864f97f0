// Adds to package-lock.json a stub for each optional package of another platform that npm left out because the
// registry in use does not carry it. Without the stubs `npm ci` refuses the lock file ("Missing: ... from lock file").
//
//   node scripts/complete-lock.mjs           rewrites package-lock.json
//   node scripts/complete-lock.mjs --check   exits 1 when stubs are missing
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const LOCK_FILE = join(dirname(fileURLToPath(import.meta.url)), '..', 'package-lock.json');
const SYSTEMS = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32'];
const PROCESSORS = { amd64: 'x64', x64: 'x64', arm64: 'arm64', arm: 'arm', ia32: 'ia32' };
const EXACT_VERSION = /^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/;

function main(args) {
  const lock = JSON.parse(readFileSync(LOCK_FILE, 'utf8'));
  const added = addStubs(lock.packages);
  for (const path of added) process.stdout.write(`${path}\n`);
  if (args.includes('--check')) return added.length === 0 ? 0 : 1;
  if (added.length > 0) {
    lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, 'en')));
    writeFileSync(LOCK_FILE, `${JSON.stringify(lock, null, 2)}\n`);
  }
  return 0;
}

function addStubs(packages) {
  const added = [];
  for (const [path, entry] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      if (!EXACT_VERSION.test(version) || find(packages, path, name)?.version === version) continue;
      const place = freePlace(packages, path, name);
      packages[place] = stub(name, version, entry.dev === true);
      added.push(place);
    }
  }
  return added;
}

/** The entry that Node would find for `name` from the package at `path`. */
function find(packages, path, name) {
  for (let folder = path; ; folder = parentOf(folder)) {
    const entry = packages[`${folder === '' ? '' : `${folder}/`}node_modules/${name}`];
    if (entry !== undefined || folder === '') return entry;
  }
}

function parentOf(path) {
  const cut = path.lastIndexOf('/node_modules/');
  return cut < 0 ? '' : path.slice(0, cut);
}

/** Beside the package that asks for it, or below that package when the place is taken by another version. */
function freePlace(packages, path, name) {
  const parent = parentOf(path);
  const beside = `${parent === '' ? '' : `${parent}/`}node_modules/${name}`;
  return packages[beside] === undefined ? beside : `${path}/node_modules/${name}`;
}

/** A stub names its platform, so that npm skips it everywhere else; there it has to be fetched. */
function stub(name, version, dev) {
  const words = name.split(/[/-]/);
  const cpu = words.map((word) => PROCESSORS[word] ?? word).find((word) => isProcessor(word));
  const os = words.find((word) => SYSTEMS.includes(word));
  return {
    version,
    ...(cpu === undefined ? {} : { cpu: [cpu] }),
    ...(dev ? { dev: true } : {}),
    optional: true,
    ...(os === undefined ? {} : { os: [os] }),
  };
}

function isProcessor(word) {
  return (
    Object.values(PROCESSORS).includes(word) || ['ppc64', 'riscv64', 's390x', 'loong64', 'mips64el'].includes(word)
  );
}

process.exitCode = main(process.argv.slice(2));
