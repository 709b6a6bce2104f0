export { redactKey } from '../../schema/secrets.js';
