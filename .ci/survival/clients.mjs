/**
 * The clients of docs/survival.md. Each entry makes a function from a path to the parsed reply; it throws on everything
 * else. Retries are those of the package, with its own defaults where the name says so.
 */
const { BRAZE_REST_URL: base = '', BRAZE_API_KEY: key = '' } = process.env;
const headers = { authorization: `Bearer ${key}` };
const RETRIES = 4;
/** 1, 2, 4, 8 s */
const backoffMs = (attempt) => 1000 * 2 ** attempt;
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function jsonOf(reply) {
  if (!reply.ok) throw Object.assign(new Error(`${reply.status} ${await reply.text()}`), { status: reply.status });
  return reply.json();
}

const isWorthRetrying = ({ status }) => status === undefined || status === 429 || status >= 500;

/** Retries `get` after 1, 2, 4 and 8 s, or as long as the reply says; not after other refusals. */
async function withBackoff(path) {
  for (let attempt = 0; ; attempt++) {
    let told = 0;
    try {
      const reply = await fetch(base + path, { headers });
      told = Number(reply.headers.get('retry-after') ?? 0) * 1000;
      return await jsonOf(reply);
    } catch (error) {
      if (attempt === RETRIES || !isWorthRetrying(error)) throw error;
      await sleep(Math.max(backoffMs(attempt), told));
    }
  }
}

/** Name → the packages it needs, and how it reads. */
export const CLIENTS = {
  'fetch, no retry': [[], () => async (path) => jsonOf(await fetch(base + path, { headers }))],
  'fetch, retry at once': [
    [],
    () => async (path) => {
      for (let attempt = 0; ; attempt++) {
        try {
          return await jsonOf(await fetch(base + path, { headers }));
        } catch (error) {
          if (attempt === 20) throw error;
        }
      }
    },
  ],
  'fetch, back-off': [[], () => withBackoff],
  axios: [
    ['axios'],
    async () => {
      const { default: axios } = await import('axios');
      return async (path) => (await axios.get(base + path, { headers })).data;
    },
  ],
  'axios, axios-retry': [
    ['axios', 'axios-retry'],
    async () => {
      const [{ default: axios }, { default: axiosRetry }] = [await import('axios'), await import('axios-retry')];
      axiosRetry(axios, {
        retries: RETRIES,
        retryDelay: (count, error) => axiosRetry.exponentialDelay(count, error, 1000),
        retryCondition: (error) =>
          axiosRetry.isNetworkOrIdempotentRequestError(error) || error.response?.status === 429,
      });
      return async (path) => (await axios.get(base + path, { headers })).data;
    },
  ],
  'axios, retry-axios (defaults)': [
    ['axios', 'retry-axios'],
    async () => {
      const [{ default: axios }, rax] = [await import('axios'), await import('retry-axios')];
      rax.attach();
      return async (path) => (await axios.get(base + path, { headers, raxConfig: {} })).data;
    },
  ],
  'got (defaults)': [
    ['got'],
    async () => {
      const { default: got } = await import('got');
      return (path) => got(base + path, { headers }).json();
    },
  ],
  'got, 4 retries': [
    ['got'],
    async () => {
      const { default: got } = await import('got');
      return (path) => got(base + path, { headers, retry: { limit: RETRIES } }).json();
    },
  ],
  'ky (defaults)': [
    ['ky'],
    async () => {
      const { default: ky } = await import('ky');
      return (path) => ky(base + path, { headers }).json();
    },
  ],
  'undici, RetryAgent (defaults)': [
    ['undici'],
    async () => {
      const { Agent, request, RetryAgent } = await import('undici');
      const dispatcher = new RetryAgent(new Agent());
      return async (path) => {
        const { statusCode, body } = await request(base + path, { headers, dispatcher });
        if (statusCode !== 200) throw new Error(`${statusCode} ${await body.text()}`);
        return body.json();
      };
    },
  ],
  'node-fetch, p-retry': [
    ['node-fetch', 'p-retry'],
    async () => {
      const { default: nodeFetch } = await import('node-fetch');
      const { default: pRetry, AbortError } = await import('p-retry');
      const once = async (path) => {
        try {
          return await jsonOf(await nodeFetch(base + path, { headers }));
        } catch (error) {
          throw isWorthRetrying(error) ? error : new AbortError(error);
        }
      };
      return (path) => pRetry(() => once(path), { retries: RETRIES });
    },
  ],
  'superagent, retry(4)': [
    ['superagent'],
    async () => {
      const { default: superagent } = await import('superagent');
      return async (path) =>
        (
          await superagent
            .get(base + path)
            .set(headers)
            .retry(RETRIES)
        ).body;
    },
  ],
  needle: [
    ['needle'],
    async () => {
      const { default: needle } = await import('needle');
      return async (path) => {
        const { statusCode, body } = await needle('get', base + path, { headers });
        if (statusCode !== 200) throw new Error(`${statusCode} ${JSON.stringify(body)}`);
        return body;
      };
    },
  ],
  'ofetch, 4 retries, 1 s': [
    ['ofetch'],
    async () => {
      const { ofetch } = await import('ofetch');
      return (path) => ofetch(base + path, { headers, retry: RETRIES, retryDelay: 1000 });
    },
  ],
  'wretch, retry addon': [
    ['wretch'],
    async () => {
      const { default: wretch } = await import('wretch');
      const { retry } = await import('wretch/middlewares');
      const until = (reply) => reply !== undefined && (reply.ok || !isWorthRetrying(reply));
      const again = { maxAttempts: RETRIES, delayTimer: 1000, retryOnNetworkError: true, until };
      const client = wretch(base)
        .headers(headers)
        .middlewares([retry(again)]);
      return (path) => client.get(path).json();
    },
  ],
  'fetch-retry, back-off': [
    ['fetch-retry'],
    async () => {
      const { default: fetchRetry } = await import('fetch-retry');
      const again = fetchRetry(fetch, { retries: RETRIES, retryDelay: backoffMs, retryOn: [429, 500, 502, 503, 504] });
      return async (path) => jsonOf(await again(base + path, { headers }));
    },
  ],
  'make-fetch-happen, 4 retries': [
    ['make-fetch-happen'],
    async () => {
      const { default: makeFetchHappen } = await import('make-fetch-happen');
      return async (path) => jsonOf(await makeFetchHappen(base + path, { headers, retry: RETRIES }));
    },
  ],
  'cockatiel, exponential': [
    ['cockatiel'],
    async () => {
      const { ExponentialBackoff, handleWhen, retry } = await import('cockatiel');
      const backoff = new ExponentialBackoff({ initialDelay: 1000 });
      const policy = retry(handleWhen(isWorthRetrying), { maxAttempts: RETRIES, backoff });
      return (path) => policy.execute(async () => jsonOf(await fetch(base + path, { headers })));
    },
  ],
  'async-retry, back-off': [
    ['async-retry'],
    async () => {
      const { default: asyncRetry } = await import('async-retry');
      const once = async (path, bail) => {
        try {
          return await jsonOf(await fetch(base + path, { headers }));
        } catch (error) {
          if (isWorthRetrying(error)) throw error;
          return bail(error);
        }
      };
      return (path) => asyncRetry((bail) => once(path, bail), { retries: RETRIES });
    },
  ],
  'braze-api': [
    ['braze-api'],
    async () => {
      const { Braze } = await import('braze-api');
      const braze = new Braze(base, key);
      return async (path) => {
        const [, name, query] = /^\/segments\/(\w+)\?(.*)$/.exec(path);
        const reply = await braze.segments[name === 'list' ? 'list' : 'analytics'](
          Object.fromEntries(new URLSearchParams(query)),
        );
        if (reply.message !== 'success') throw new Error(JSON.stringify(reply));
        return reply;
      };
    },
  ],
};
