/** What is needed of the settings without their schema, which takes longer to load than a health check takes. */
export const PREFIX = 'BRAZE_MOCK_';
export const DEFAULT_HOST = '127.0.0.1';
export const DEFAULT_PORT = 27293;
