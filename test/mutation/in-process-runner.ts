import { globSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { basename, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

import type { InstrumenterContext, StrykerOptions } from '@stryker-mutator/api/core';
import { commonTokens, declareClassPlugin, PluginKind, tokens } from '@stryker-mutator/api/plugin';
import {
  determineHitLimitReached,
  type DryRunResult,
  DryRunStatus,
  type MutantRunOptions,
  type MutantRunResult,
  type TestResult,
  type TestRunner,
  TestStatus,
  toMutantRunResult,
} from '@stryker-mutator/api/test-runner';

import type { CollectedTest } from './vitest-interface.ts';
import type * as vitestInterface from './vitest-interface.ts';

type VitestInterface = typeof vitestInterface;

/** The options of this runner in the configuration of Stryker. */
interface RunnerOptions {
  readonly inProcess: {
    readonly include: readonly string[];
    readonly exclude: readonly string[];
    /** Endings of modules that no mutant can reach, and that remember what is slow to compute. */
    readonly keep: readonly string[];
  };
}

interface TestFile {
  readonly path: string;
  readonly tests: ReadonlyMap<string, CollectedTest>;
}

const INTERFACE = new URL('vitest-interface.ts', import.meta.url).href;
const SETUP = fileURLToPath(new URL('../worker-setup.ts', import.meta.url));

/**
 * Runs tests in one process that stays. A mutant is a switch in the instrumented source, so it costs what its tests
 * cost; vitest would start a worker and load everything for each file and each mutant. What a mutant changes while
 * modules are loaded needs them again: then they are loaded another time under another address.
 */
class InProcessRunner implements TestRunner {
  static readonly inject = tokens(commonTokens.options);
  readonly #options: RunnerOptions['inProcess'];
  readonly #state = ((globalThis as { __stryker__?: InstrumenterContext }).__stryker__ ??= {});
  /** Of the modules that are loaded now; 0 are those that stay. */
  #generation = 0;
  #generations = 0;
  readonly #imports = new Map<string, Set<string>>();
  readonly #files: TestFile[] = [];
  /** How long each test took when it was run last. */
  readonly #cost = new Map<string, number>();
  #rejection: unknown = null;

  constructor(options: StrykerOptions) {
    this.#options = (options as StrykerOptions & RunnerOptions).inProcess;
  }

  capabilities(): { reloadEnvironment: boolean } {
    return { reloadEnvironment: true };
  }

  async init(): Promise<void> {
    process.env['DXL_MUTATION'] = '1';
    process.on('unhandledRejection', (reason) => (this.#rejection = reason));
    this.#registerHooks();
    const { include, exclude } = this.#options;
    for (const path of globSync([...include], { exclude: [...exclude] }).toSorted()) {
      this.#files.push({ path, tests: await this.#load(path) });
    }
  }

  async dryRun(): Promise<DryRunResult> {
    const tests: TestResult[] = [];
    for (const { path, tests: own } of this.#files) {
      for (const [id, test] of own) {
        this.#state.currentTestId = id;
        tests.push(await this.#run(id, test, path));
        delete this.#state.currentTestId;
      }
    }
    return {
      status: DryRunStatus.Complete,
      tests,
      mutantCoverage: this.#state.mutantCoverage ?? { static: {}, perTest: {} },
    };
  }

  async mutantRun(options: MutantRunOptions): Promise<MutantRunResult> {
    Object.assign(this.#state, { hitCount: 0, hitLimit: options.hitLimit });
    const isStatic = options.mutantActivation === 'static';
    if (isStatic) this.#generation = this.#generations += 1;
    this.#state.activeMutant = options.activeMutant.id;
    const run = isStatic ? this.#runAnew(options.sandboxFileName) : this.#runKept(options.testFilter ?? []);
    const tests: TestResult[] = [];
    for await (const result of run) {
      tests.push(result);
      if (result.status === TestStatus.Failed && !options.disableBail) break;
    }
    delete this.#state.activeMutant;
    this.#generation = 0;
    const limit = determineHitLimitReached(this.#state.hitCount, options.hitLimit);
    return toMutantRunResult(limit ?? { status: DryRunStatus.Complete, tests });
  }

  /** Most mutants are killed by what costs least, and then nothing more is run on them. */
  async *#runKept(ids: readonly string[]): AsyncGenerator<TestResult> {
    const wanted = new Set(ids);
    const costOf = (id: string): number => this.#cost.get(id) ?? 0;
    const all = this.#files.flatMap(({ path, tests }) => [...tests].map(([id, test]) => ({ path, id, test })));
    const chosen = all.filter(({ id }) => wanted.has(id)).toSorted((one, other) => costOf(one.id) - costOf(other.id));
    for (const { id, test, path } of chosen) yield await this.#run(id, test, path);
  }

  /** With modules that are loaded while the mutant is there, file by file. */
  async *#runAnew(mutated: string): AsyncGenerator<TestResult> {
    for (const { path, tests } of this.#filesOf(mutated)) {
      let anew: ReadonlyMap<string, CollectedTest>;
      try {
        anew = await this.#load(path);
      } catch (error) {
        // A file that cannot be loaded fails with all its tests.
        const [[id, test] = [path, { name: path }]] = tests;
        yield resultOf(id, test.name, path, 0, String(error));
        continue;
      }
      for (const [id, test] of anew) yield await this.#run(id, test, path);
    }
  }

  /** The files that load this one, the one that has its name first. */
  #filesOf(mutated: string): readonly TestFile[] {
    const name = basename(mutated, '.ts');
    const rank = ({ path }: TestFile): number => (basename(path) === `${name}.test.ts` ? 0 : 1);
    const related = this.#files.filter(({ path }) => this.#loads(join(process.cwd(), path), mutated, new Set()));
    return related.toSorted((one, other) => rank(one) - rank(other));
  }

  #loads(path: string, wanted: string, seen: Set<string>): boolean {
    if (path === wanted) return true;
    seen.add(path);
    const next = [...(this.#imports.get(path) ?? [])].filter((child) => !seen.has(child));
    return next.some((child) => this.#loads(child, wanted, seen));
  }

  async #run(id: string, test: CollectedTest, path: string): Promise<TestResult> {
    this.#rejection = null;
    const started = performance.now();
    let failure: string | null = null;
    try {
      await test.run();
    } catch (error) {
      failure = String(error);
    }
    const ms = performance.now() - started;
    this.#cost.set(id, ms);
    if (this.#rejection !== null) failure ??= describe(this.#rejection);
    return resultOf(id, test.name, path, ms, failure);
  }

  async #load(path: string): Promise<ReadonlyMap<string, CollectedTest>> {
    const { collect, collected } = (await import(INTERFACE)) as VitestInterface;
    await import(this.#address(pathToFileURL(SETUP).href));
    collect();
    await import(this.#address(pathToFileURL(join(process.cwd(), path)).href));
    return new Map(collected().map((test) => [`${path}#${test.name}`, test]));
  }

  #address(url: string): string {
    return `${url}?generation=${String(this.#generation)}`;
  }

  #registerHooks(): void {
    registerHooks({
      resolve: (specifier, context, next) => {
        const parent = context.parentURL ?? '';
        const isOurs = parent.startsWith('file:') && !parent.includes('/node_modules/');
        if (specifier === 'vitest' && isOurs && parent !== INTERFACE) {
          return { url: INTERFACE, format: 'module', shortCircuit: true };
        }
        const result = next(specifier, context);
        const { url } = result;
        const isOther = !isOurs || !url.startsWith('file:') || url.includes('/node_modules/') || url === INTERFACE;
        if (isOther || this.#options.keep.some((ending) => url.endsWith(ending)) || url.includes('?generation=')) {
          return result;
        }
        const from = fileURLToPath(parent);
        this.#imports.set(from, (this.#imports.get(from) ?? new Set()).add(fileURLToPath(url)));
        return { ...result, url: this.#address(url) };
      },
    });
  }
}

function resultOf(id: string, name: string, fileName: string, timeSpentMs: number, failure: string | null): TestResult {
  const facts = { id, name, fileName, timeSpentMs };
  return failure === null
    ? { ...facts, status: TestStatus.Success }
    : { ...facts, status: TestStatus.Failed, failureMessage: failure };
}

export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, 'in-process', InProcessRunner)];

function describe(rejection: unknown): string {
  return rejection instanceof Error ? rejection.message : JSON.stringify(rejection);
}
