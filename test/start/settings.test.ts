import { describe, expect, it } from 'vitest';
import { describeProblem } from '../../src/schema/problems.js';
import { settingsHelp } from '../../src/cli/settings-help.js';
import { readSettings } from '../../src/cli/parse-settings.js';
import { clashesOf, defaultSettings, flagNameOf, type Settings, settings } from '../../src/start/settings.js';

const NOTHING = { own: {}, warnings: [], problems: [] };

const allButGiven = (...args: Parameters<typeof readSettings>) => {
  const { given: _given, ...all } = readSettings(...args);
  return all;
};
type Value = Settings[keyof Settings];
const FLAGS = settings.map(({ flag }) => flag).join(', ');
const VARIABLES = settings.map(({ variable }) => variable).join(', ');

function unknownFlag(name: string, hint: string): string {
  return `${name}: found an unknown flag, expected one of ${FLAGS}; ${hint}`;
}

/** The problems, each without what was expected. */
function problemsOf({ problems }: ReturnType<typeof readSettings>): (string | undefined)[] {
  return problems.map((problem) => problem.split(',')[0]);
}

const every: [keyof Settings, flag: string, variable: string, text: string, value: Value, standard: Value][] = [
  ['port', '--port', 'BRAZE_MOCK_PORT', '0', 0, 27293],
  ['host', '--host', 'BRAZE_MOCK_HOST', '0.0.0.0', '0.0.0.0', '127.0.0.1'],
  ['basePath', '--base-path', 'BRAZE_MOCK_BASE_PATH', '/api/v1', '/api/v1', undefined],
  ['fixtures', '--fixtures', 'BRAZE_MOCK_FIXTURES', './mine', ['./mine'], undefined],
  ['profile', '--profile', 'BRAZE_MOCK_PROFILE', 'observed', 'observed', 'documented'],
  ['seed', '--seed', 'BRAZE_MOCK_SEED', '42', '42', 'braze-segments-mock'],
  ['clock', '--clock', 'BRAZE_MOCK_CLOCK', '2024-01-31T12:00:00Z', '2024-01-31T12:00:00Z', 'system'],
  ['rateLimit', '--rate-limit', 'BRAZE_MOCK_RATE_LIMIT', '1', 1, 250_000],
  ['unknownSegments', '--unknown-segments', 'BRAZE_MOCK_UNKNOWN_SEGMENTS', 'generate', 'generate', 'not-found'],
  ['strictParameters', '--strict-parameters', 'BRAZE_MOCK_STRICT_PARAMETERS', 'true', true, false],
  ['prefer', '--prefer', 'BRAZE_MOCK_PREFER', 'false', false, true],
  ['storyboard', '--storyboard', 'BRAZE_MOCK_STORYBOARD', 'outage', 'outage', undefined],
  ['journalSize', '--journal-size', 'BRAZE_MOCK_JOURNAL_SIZE', '0', 0, 1000],
  ['watch', '--watch', 'BRAZE_MOCK_WATCH', 'true', true, false],
  ['cors', '--cors', 'BRAZE_MOCK_CORS', 'true', true, false],
  ['noControl', '--no-control', 'BRAZE_MOCK_NO_CONTROL', 'true', true, false],
  ['controlToken', '--control-token', 'BRAZE_MOCK_CONTROL_TOKEN', 'secret', 'secret', undefined],
  ['controlHost', '--control-host', 'BRAZE_MOCK_CONTROL_HOST', 'mock.example.com', 'mock.example.com', undefined],
  ['tls', '--tls', 'BRAZE_MOCK_TLS', 'auto', 'auto', 'off'],
  ['tlsCert', '--tls-cert', 'BRAZE_MOCK_TLS_CERT', './cert.pem', './cert.pem', undefined],
  ['tlsKey', '--tls-key', 'BRAZE_MOCK_TLS_KEY', './key.pem', './key.pem', undefined],
  ['tlsDir', '--tls-dir', 'BRAZE_MOCK_TLS_DIR', '/tls', '/tls', undefined],
  ['tlsHosts', '--tls-hosts', 'BRAZE_MOCK_TLS_HOSTS', 'a.test,10.0.0.1', 'a.test,10.0.0.1', 'braze-mock'],
  ['httpsPort', '--https-port', 'BRAZE_MOCK_HTTPS_PORT', '0', 0, 27294],
  ['logLevel', '--log-level', 'BRAZE_MOCK_LOG_LEVEL', 'silent', 'silent', 'info'],
  ['logFormat', '--log-format', 'BRAZE_MOCK_LOG_FORMAT', 'pretty', 'pretty', undefined],
];

describe('every setting', () => {
  it('is in this table', () => {
    expect(settings.map(({ name, flag, variable }) => [name, flag, variable])).toEqual(
      every.map(([name, flag, variable]) => [name, flag, variable]),
    );
  });

  it.each(every)(
    '%s can be set by flag and variable, and has its default',
    (name, flag, variable, text, value, standard) => {
      const expected = { ...NOTHING, settings: { ...defaultSettings, [name]: value } };
      expect(allButGiven([flag, text], {})).toEqual(expected);
      expect(allButGiven([`${flag}=${text}`], {})).toEqual(expected);
      expect(allButGiven([], { [variable]: text })).toEqual(expected);
      expect(readSettings([], {}).settings[name]).toBe(standard);
    },
  );

  it.each(every)('%s is in the help with its names and default', (_name, flag, variable, _text, _value, standard) => {
    const entries = settingsHelp().split(/\n(?= {2}--)/);
    const entry = entries.find((text) => text.trim().split(/\s+/)[0] === flag);
    expect(entry?.split('\n').at(-1)).toContain(
      `(${variable}${standard === undefined ? '' : `, default ${String(standard)}`})`,
    );
  });

  it('is described in full, in lines that fit a terminal', () => {
    const help = settingsHelp();
    expect(help.split('\n').filter((line) => line.length > 150)).toEqual([]);
    const words = help.replace(/\s+/g, ' ');
    expect(settings.filter(({ schema }) => !words.includes(String(schema.description)))).toEqual([]);
  });

  it.each(every)('an empty %s is an error, by flag and by variable', (_name, flag, variable) => {
    expect(problemsOf(readSettings([`${flag}=`], {}))).toEqual([`${flag}: found ""`]);
    expect(problemsOf(readSettings([flag, ''], {}))[0]).toMatch(/: found (""|an unknown argument)/);
    expect(problemsOf(readSettings([], { [variable]: '' }))).toEqual([`${variable}: found ""`]);
  });
});

describe('precedence', () => {
  it.each([
    [['--port', '1'], { BRAZE_MOCK_PORT: '2', PORT: '3' }, 1],
    [[], { BRAZE_MOCK_PORT: '2', PORT: '3' }, 2],
    [[], { PORT: '3' }, 3],
    [[], {}, 27293],
    [['--port', '1'], { PORT: 'the one by the window' }, 1],
    [[], { BRAZE_MOCK_PORT: 'tcp://10.0.0.1:80', PORT: '3' }, 3],
  ])('%j and %j give the port %i', (args, environment, port) => {
    const found = readSettings(args, environment);
    expect([found.settings.port, found.problems]).toEqual([port, []]);
  });

  it('a flag overrides a variable, and an error in the variable is still reported', () => {
    const found = readSettings(['--seed', 'a'], { BRAZE_MOCK_SEED: 'b', BRAZE_MOCK_LOG_LEVEL: 'loud' });
    expect(found.settings.seed).toBe('a');
    expect(found.problems).toHaveLength(1);
  });

  it('ignores unrelated variables', () => {
    const environment = { HOST: '::', SEED: 'x', BRAZE_API_KEY: 'y', braze_mock_port: 'z', BRAZE_MOCKERY: '1' };
    expect(allButGiven([], environment)).toEqual({ ...NOTHING, settings: defaultSettings });
  });
});

describe('flags given several times', () => {
  it.each([
    [['--fixtures', 'a', '--fixtures=b,c'], {}, { fixtures: ['a', 'b,c'] }],
    [[], { BRAZE_MOCK_FIXTURES: 'a,b' }, { fixtures: ['a', 'b'] }],
    [['--fixtures', 'a'], { BRAZE_MOCK_FIXTURES: 'b' }, { fixtures: ['a'] }],
    [['--tls-hosts', 'a,b', '--tls-hosts', 'c'], {}, { tlsHosts: 'a,b,c' }],
  ])('%j and %j add up to %j', (args, environment, added) => {
    expect(allButGiven(args, environment)).toEqual({ ...NOTHING, settings: { ...defaultSettings, ...added } });
  });

  it.each(every.filter(([name]) => name !== 'fixtures' && name !== 'tlsHosts' && name !== 'controlHost'))(
    '%s is an error, also with one value',
    (_name, flag, variable, text) => {
      const given = `${flag}=${text}`;
      expect(readSettings([given, given, given], { [variable]: text }).problems).toEqual([
        `${flag}: found a second time, expected once`,
        `${flag}: found a second time, expected once`,
      ]);
    },
  );

  it('an empty path among others is an error', () => {
    expect(readSettings(['--fixtures', 'a', '--fixtures='], {}).problems).toEqual([
      expect.stringContaining('--fixtures: found "a,"'),
    ]);
    expect(readSettings([], { BRAZE_MOCK_FIXTURES: 'a,,b' }).problems).toEqual([
      expect.stringContaining('BRAZE_MOCK_FIXTURES: found "a,,b"'),
    ]);
  });
});

describe('flags that npm took for itself', () => {
  const words = (flags: string, example: string) =>
    `npm took ${flags} for itself; flags of the mock follow "--", as in npm start -- ${example}`;

  it('are named beside the value that npm passed on', () => {
    const { problems } = readSettings(['8080'], { npm_config_port: 'true' });
    expect(problems).toEqual([`8080: found an unknown argument, expected only flags; ${words('--port', '--port …')}`]);
    expect(readSettings(['8080'], {}).problems[0]).toContain('; see --help');
  });

  it('are a warning where npm passed nothing on', () => {
    const environment = {
      npm_config_port: '8080',
      npm_config_control: '',
      npm_config_log_level: 'warn',
      npm_config_yes: 'true',
    };
    const flags = ['--port', '--no-control', '--log-level'];
    expect(allButGiven([], environment)).toEqual({
      ...NOTHING,
      settings: defaultSettings,
      warnings: [words(flags.join(', '), flags.map((flag) => `${flag} …`).join(' '))],
    });
  });
});

describe('booleans', () => {
  it.each([
    [['--strict-parameters'], true],
    [['--strict-parameters', 'true'], true],
    [['--strict-parameters', '1'], true],
    [['--strict-parameters', 'false'], false],
    [['--strict-parameters', '0'], false],
    [['--strict-parameters=true'], true],
    [['--strict-parameters=1'], true],
    [['--strict-parameters=false'], false],
    [['--strict-parameters=0'], false],
    [['--strict-parameters', '--seed', '1'], true],
    [['--seed', '0', '--strict-parameters'], true],
  ])('%j is %s', (args, value) => {
    const found = readSettings(args, {});
    expect([found.settings.strictParameters, found.problems]).toEqual([value, []]);
  });

  it.each(['true', 'false', '1', '0'])('%s is valid in a variable too', (text) => {
    const found = readSettings([], { BRAZE_MOCK_STRICT_PARAMETERS: text });
    expect(found.settings.strictParameters).toBe(text === 'true' || text === '1');
  });

  it.each(['TRUE', 'yes', 'no', 'on', 'off', '2', ' 1', 'toString'])('%s is rejected', (text) => {
    const expected = [`found ${JSON.stringify(text)}, expected true, false, 1 or 0`];
    const named = (name: string) => expected.map((problem) => `${name}: ${problem}`);
    expect(readSettings([`--strict-parameters=${text}`], {}).problems).toEqual(named('--strict-parameters'));
    expect(readSettings([], { BRAZE_MOCK_STRICT_PARAMETERS: text }).problems).toEqual(
      named('BRAZE_MOCK_STRICT_PARAMETERS'),
    );
    expect(readSettings(['--strict-parameters', text], {}).problems).toEqual(named('--strict-parameters'));
  });
});

it.each(['::1', '::', '::ffff:10.0.0.1', 'fe80::1%eth0', '127.0.0.1', 'localhost', 'a_b.example.', 'bücher.test'])(
  'accepts the host %s',
  (host) => {
    expect(readSettings(['--host', host], {})).toMatchObject({ settings: { host }, problems: [] });
  },
);

describe('rejected values', () => {
  it.each([
    ...['-1', '65536', '80.5', '0x50', '080', '1e3', 'http', '99999999999999999999'].map((text) => ['--port', text]),
    ...['0', '-5', '1000000001', '2.5', 'none', 'OFF'].map((text) => ['--rate-limit', text]),
    ...['now', '12:00', '2023-02-30', '2024-01-01T25:00:00Z', '1704067200'].map((text) => ['--clock', text]),
    ['--unknown-segments', 'notfound'],
    ...['/', 'v1', '/v1/', '//v1', '/a//b', '/v1?a', '/v1#a', '/a b', '/%61', '/é', '/.', '/a/../b', '/:a', '/*'].map(
      (text) => ['--base-path', text],
    ),
    ...['https://a/v1', '/__mock', '/__mock/v1', `/${'a/'.repeat(30)}`].map((text) => ['--base-path', text]),
    ['--log-level', 'verbose'],
    ['--log-format', 'xml'],
    ['--tls', 'on'],
    ...['[::1]', '[::1]:80', '127.0.0.1:80', 'a:80', ':80', 'a:', 'https://a', 'a/b', 'a b', ' '].map((text) => [
      '--host',
      text,
    ]),
    ...['a b', 'a,,b', ',', '-a', 'https://a', 'a:80', 'a/b', '*.a', '[::1]', 'x'.repeat(64)].flatMap((text) => [
      ['--tls-hosts', text],
      ['--control-host', text],
    ]),
  ])('%s %s', (flag, text) => {
    const [problem, ...others] = readSettings([flag, text], {}).problems;
    expect(problem).toContain(`${flag}: found "${text}", expected `);
    expect(others).toEqual([]);
  });

  it.each([
    [['--port'], '--port: found "", expected a port from 0 to 65535'],
    [['--seed', '--log-level', 'silent'], '--seed: found the flag --log-level, expected non-empty text'],
    [['--seed', '--strict-parameters'], '--seed: found the flag --strict-parameters, expected non-empty text'],
  ])('%j has no value', (args, problem) => {
    expect(readSettings(args, {}).problems).toEqual([problem]);
  });

  it.each(['/v1', '/api/v1', '/a/b/c', '/v1.0', '/...', '/__mocks', '/~a_b-c', `/${'a'.repeat(199)}`])(
    '--base-path %s is not one of them',
    (text) => {
      const { problems, settings: read } = readSettings(['--base-path', text], {});
      expect([problems, read.basePath]).toEqual([[], text]);
    },
  );

  it('--base-path of more than 200 characters', () => {
    const [problem] = readSettings(['--base-path', `/${'a'.repeat(200)}`], {}).problems;
    expect(problem).toMatch(/^--base-path: found "\/a+…, expected .*: at most 200 letters/);
  });

  it('a value that looks like a flag requires "="', () => {
    expect(readSettings(['--seed=--port'], {}).settings.seed).toBe('--port');
  });
});

describe('settings that exclude or require each other', () => {
  const problemsWith = (given: Partial<Settings>) =>
    clashesOf({ ...defaultSettings, ...given }, flagNameOf).map(describeProblem);

  it.each<[Partial<Settings>, ...string[]]>([
    [{}],
    [{ tls: 'auto' }],
    [{ tlsCert: 'c', tlsKey: 'k' }],
    [{ port: 0, httpsPort: 0, tls: 'auto' }],
    [{ port: 80, httpsPort: 80 }],
    [{ tlsCert: 'c' }, '--tls-key: found nothing, expected a file to go with --tls-cert'],
    [{ tlsKey: 'k' }, '--tls-cert: found nothing, expected a file to go with --tls-key'],
    [
      { tls: 'auto', tlsCert: 'c', tlsKey: 'k' },
      '--tls: found auto together with --tls-cert, expected only one of them',
    ],
    [{ tls: 'auto', tlsKey: 'k' }, '--tls: found auto together with --tls-key, expected only one of them'],
    [{ tls: 'auto', port: 443, httpsPort: 443 }, '--https-port: found 443, expected another port than --port'],
    [
      { tlsKey: 'k', port: 443, httpsPort: 443 },
      '--tls-cert: found nothing, expected a file to go with --tls-key',
      '--https-port: found 443, expected another port than --port',
    ],
  ])('%j: %j', (given, ...problems) => {
    expect(problemsWith(given)).toEqual(problems);
  });
});

describe('unknown flags and variables', () => {
  it.each([
    [['--prot', '8080'], unknownFlag('--prot', 'did you mean --port?')],
    [['--prot=8080'], unknownFlag('--prot', 'did you mean --port?')],
    [['--ratelimit', 'off'], unknownFlag('--ratelimit', 'did you mean --rate-limit?')],
    [['--no-strict-parameters'], unknownFlag('--no-strict-parameters', 'did you mean --strict-parameters?')],
    [['--certificate-authority'], unknownFlag('--certificate-authority', 'see --help')],
    [['--constructor'], unknownFlag('--constructor', 'see --help')],
    [['start'], 'start: found an unknown argument, expected only flags; see --help'],
    [['--', '--port'], '--port: found an unknown argument, expected only flags; see --help'],
  ])('%j gets a suggestion', (args, problem) => {
    expect(readSettings(args, {}).problems).toEqual([problem]);
  });

  it.each([
    ['BRAZE_MOCK_SEDE', 'did you mean BRAZE_MOCK_SEED?'],
    ['BRAZE_MOCK_RATELIMIT', 'did you mean BRAZE_MOCK_RATE_LIMIT?'],
    ['BRAZE_MOCK_CERTIFICATE', 'see --help'],
  ])('the variable %s is reported: %s', (name, hint) => {
    expect(readSettings([], { [name]: '1' }).problems).toEqual([
      `${name}: found an unknown variable, expected one of ${VARIABLES}; ${hint}`,
    ]);
  });

  it('reports all problems of all flags and variables at once', () => {
    const environment = { BRAZE_MOCK_SEDE: '1', BRAZE_MOCK_CLOCK: 'now', PORT: 'x', BRAZE_MOCK_SERVICE_HOST: '::1' };
    const { problems } = readSettings(['--log-level=loud', '--verbose', 'up', '--host='], environment);
    expect(problems.map((problem) => problem.split(':')[0])).toEqual([
      '--verbose',
      'BRAZE_MOCK_SEDE',
      'PORT',
      'BRAZE_MOCK_CLOCK',
      '--log-level',
      '--host',
    ]);
  });
});

describe('variables that Kubernetes injects', () => {
  const injected = {
    BRAZE_MOCK_PORT: 'tcp://10.96.0.17:80',
    BRAZE_MOCK_SERVICE_HOST: '10.96.0.17',
    BRAZE_MOCK_SERVICE_PORT: '80',
    BRAZE_MOCK_SERVICE_PORT_HTTP: '80',
    BRAZE_MOCK_PORT_80_TCP: 'tcp://10.96.0.17:80',
    BRAZE_MOCK_PORT_80_TCP_PROTO: 'tcp',
    BRAZE_MOCK_PORT_80_TCP_PORT: '80',
    BRAZE_MOCK_PORT_80_TCP_ADDR: '10.96.0.17',
  };

  it('are ignored with one warning that names them', () => {
    expect(allButGiven([], injected)).toEqual({
      ...NOTHING,
      settings: defaultSettings,
      warnings: [
        `ignored ${Object.keys(injected).join(', ')}: Kubernetes injects such variables for a service called braze-mock`,
      ],
    });
  });

  it.each(['udp://10.96.0.17:53', 'sctp://[fd00::1]:80'])('BRAZE_MOCK_PORT=%s is one of them', (url) => {
    const found = readSettings([], { BRAZE_MOCK_PORT: url });
    expect([found.settings.port, found.problems, found.warnings.length]).toEqual([27293, [], 1]);
  });

  it('do not hide other errors', () => {
    expect(readSettings([], { ...injected, BRAZE_MOCK_PROT: '80' }).problems).toHaveLength(1);
  });
});
