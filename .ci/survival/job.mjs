/**
 * The job of every client in docs/survival.md: list the segments, then read two of them in three adjacent windows of 30
 * days each, one request after the other. `node .ci/survival/job.mjs <client>` exits with 0 if all seven replies were
 * read.
 */
import { CLIENTS } from './clients.mjs';

const [, make] = CLIENTS[process.argv[2]] ?? [];
if (make === undefined) throw new Error(`no such client; known: ${Object.keys(CLIENTS).join(', ')}`);
const read = await make();

const { segments } = await read('/segments/list?page=0');
if (!Array.isArray(segments)) throw new Error('the list has no segments');
for (const id of ['segment_1234', 'segment_5678'])
  for (const endingAt of ['2023-12-31', '2024-01-30', '2024-02-29']) {
    const { data } = await read(`/segments/data_series?segment_id=${id}&length=30&ending_at=${endingAt}`);
    if (!Array.isArray(data)) throw new Error(`${id}, ${endingAt}: the reply has no data`);
  }
process.exit(0);
