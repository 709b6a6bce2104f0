/** The API key of the built-in workspace. */
export const API_KEY = 'YOUR-REST-API-KEY';

export interface WireRequest {
  method?: string;
  target?: string;
  version?: string;
  /** Header lines, without line ends. Default: a Host, the built-in API key, `Connection: close`. */
  headers?: readonly string[];
  body?: string;
}

export const HOST = 'Host: localhost';
export const AUTHORIZATION = `Authorization: Bearer ${API_KEY}`;
export const CLOSE = 'Connection: close';

/** The bytes of a request, exactly as given. */
export function bytesOf({
  method = 'GET',
  target = '/segments/data_series?segment_id=segment_1234&length=1',
  version = '1.1',
  headers = [HOST, AUTHORIZATION, CLOSE],
  body = '',
}: WireRequest): string {
  return `${method} ${target} HTTP/${version}\r\n${headers.map((line) => `${line}\r\n`).join('')}\r\n${body}`;
}
