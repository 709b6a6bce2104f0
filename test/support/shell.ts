/** A curl call, and the reply shown in the comment below it. */
export interface Curl {
  url: string;
  method: string;
  headers: Record<string, string>;
  body?: string;
  shown?: string;
}

/** Parses the curl calls of a shell script, with the syntax used in the README: variables, quotes, -X, -d and --header. */
export function curlsOf(script: string): Curl[] {
  const variables: Record<string, string> = {};
  const curls: Curl[] = [];
  for (const line of script.replaceAll('\\\n', ' ').split('\n')) {
    const [, name, value] = /^(\w+)=(\S+)$/.exec(line) ?? [];
    const last = curls.at(-1);
    if (name !== undefined) variables[name] = expand(value ?? '', variables);
    else if (line.startsWith('# ') && last !== undefined) last.shown = line.slice(2);
    else if (line.startsWith('curl ')) curls.push(curlOf(wordsOf(line, variables).slice(1)));
  }
  return curls;
}

function curlOf(words: string[]): Curl {
  const curl: Curl = { url: '', method: '', headers: {} };
  while (words.length > 0) {
    const word = words.shift() ?? '';
    if (word === '-X') curl.method = words.shift() ?? '';
    else if (word === '-d') curl.body = words.shift() ?? '';
    else if (word === '--header') {
      const [name = '', value = ''] = (words.shift() ?? '').split(': ');
      curl.headers[name] = value;
    } else if (word.startsWith('-')) throw new Error(`the reader of the README's calls does not know curl's ${word}`);
    else curl.url = word;
  }
  curl.method ||= curl.body === undefined ? 'GET' : 'POST';
  return curl;
}

/** Splits a line as a shell does: 'literal', "with $VARIABLES", bare with $VARIABLES. */
function wordsOf(line: string, variables: Record<string, string>): string[] {
  return [...line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(
    ([, plain, quoted, bare]) => plain ?? expand(quoted ?? bare ?? '', variables),
  );
}

function expand(text: string, variables: Record<string, string>): string {
  return text.replaceAll(/\$(\w+)/g, (_whole, name: string) => variables[name] ?? '');
}
