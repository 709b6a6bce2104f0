// Copies what the page under /__mock/docs needs of swagger-ui-dist into dist, so that users need not install it.
import { copyFileSync, mkdirSync } from 'node:fs';

const FILES = ['swagger-ui-bundle.js', 'swagger-ui.css', 'LICENSE', 'NOTICE', 'swagger-ui-bundle.js.LICENSE.txt'];

const from = new URL('.', import.meta.resolve('swagger-ui-dist/package.json'));
const to = new URL('../dist/page/', import.meta.url);
mkdirSync(to, { recursive: true });
for (const file of FILES) copyFileSync(new URL(file, from), new URL(file, to));
