import { once } from 'node:events';
import { connect } from 'node:net';

/** Sends many requests in one go: pipelined, on one connection. */
export async function burst(url: string, count: number, key = 'YOUR-REST-API-KEY'): Promise<void> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  const head = `GET /segments/data_series?segment_id=segment_1234&length=1 HTTP/1.1\r\nhost: ${hostname}\r\nauthorization: Bearer ${key}\r\n`;
  socket.write(`${head}\r\n`.repeat(count - 1) + `${head}connection: close\r\n\r\n`);
  socket.resume();
  await once(socket, 'close');
}
