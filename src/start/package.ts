import manifest from '../../package.json' with { type: 'json' };

export { BUILT_IN } from '../fixtures/built-in.js';

export const VERSION = manifest.version;
