import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/**
 * `npm run image`: checks the image and the compose file on the Docker engine of this machine. DOCKER_HOST is
 * honoured. The image is built first; `IMAGE=<name> npm run image` uses an existing one.
 */
export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  test: {
    include: ['test/image/*.test.ts'],
    globalSetup: 'test/image/setup.ts',
    reporters: 'verbose',
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
