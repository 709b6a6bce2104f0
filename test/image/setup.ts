import type { TestProject } from 'vitest/node';
import { type Engine, findEngine, ran } from './engine.js';

declare module 'vitest' {
  interface ProvidedContext {
    engine: Engine | undefined;
  }
}

/** Finds the engine and builds the image; without an engine, reports that nothing was checked. */
export async function setup(project: TestProject): Promise<void> {
  const engine = await findEngine();
  if ('missing' in engine) {
    process.stdout.write(`\nSKIPPED: the image was not checked, for no Docker engine answers: ${engine.missing}\n\n`);
    project.provide('engine', undefined);
    return;
  }
  const given = process.env['IMAGE'];
  const image = given ?? 'braze-segments-mock:check';
  if (given === undefined) {
    process.stdout.write(`\nBuilding ${image}\n`);
    await ran('docker', ['build', '--tag', image, '.'], { DOCKER_BUILDKIT: '1' });
  }
  project.provide('engine', { ...engine, image });
}
