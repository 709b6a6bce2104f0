import { accessSync, constants, existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ROOT } from '../support/documents.js';

// What the workflows say is checked here; what their scripts do, by `.ci/run` and `npm run release:dry`.

interface Step {
  uses?: string;
  run?: string;
  with?: Record<string, unknown>;
}

interface Job {
  uses?: string;
  container?: string;
  strategy?: { matrix: { node: number[] } };
  steps?: Step[];
}

interface Workflow {
  on: object;
  permissions: object;
  jobs: Record<string, Job>;
}

const read = (path: string) => readFileSync(new URL(path, ROOT), 'utf8');
const FOLDER = '.github/workflows/';
const workflows = readdirSync(new URL(FOLDER, ROOT)).map(
  (file) => [file, parse(read(FOLDER + file)) as Workflow] as const,
);
const ci = workflows.find(([file]) => file === 'ci.yml')![1];
const { scripts, engines } = JSON.parse(read('package.json')) as {
  scripts: Record<string, string>;
  engines: { node: string };
};

describe.each(workflows)('%s', (_file, { permissions, jobs }) => {
  const steps = Object.values(jobs).flatMap((job) => job.steps ?? []);

  it('has read-only permissions unless a job declares more', () => {
    expect(permissions).toEqual({ contents: 'read' });
  });

  it('uses no secret except the job token', () => {
    expect(JSON.stringify(jobs).match(/secrets\.\w+/g)).toBeNull();
  });

  it('calls existing scripts and files', () => {
    const lines = steps.flatMap(({ run = '' }) => run.split('\n'));
    const names = lines.flatMap((line) => /^npm run ([\w:]+)/.exec(line)?.[1] ?? []);
    expect(names.filter((name) => !(name in scripts))).toEqual([]);
    const programs = lines.flatMap((line) => /^\.?[\w-]*\/[\w./-]+/.exec(line)?.[0] ?? []);
    for (const program of programs) accessSync(new URL(program, ROOT), constants.X_OK);
    const workflow = Object.values(jobs).flatMap(({ uses = [] }) => uses);
    const files = [...workflow, ...steps.flatMap((step) => step.with?.['node-version-file'] ?? [])] as string[];
    expect(files.filter((file) => !existsSync(new URL(file, ROOT)))).toEqual([]);
  });
});

it('CI runs .ci/run on every supported Node version, in Debian containers', () => {
  const { container, strategy, steps = [] } = ci.jobs['check']!;
  expect(strategy?.matrix.node).toEqual([20, 22, 24, 26]);
  expect(engines.node).toMatch(/^>=20\./);
  expect(container).toBe('node:${{ matrix.node }}-bookworm');
  expect(steps.at(-1)).toEqual({ run: '.ci/run' });
});

it('.nvmrc matches the Node version of the image', () => {
  expect(/^ARG NODE=node:(\d+)/.exec(read('Dockerfile'))?.[1]).toBe(read('.nvmrc').trim());
});
