import { expect, it } from 'vitest';
import { endUnderLoad } from './sigterm.js';

it('SIGTERM under load loses no request that was read, three times out of three', async () => {
  for (let times = 0; times < 3; times++) {
    const { code, losses, answered } = await endUnderLoad();
    expect({ code, losses }).toEqual({ code: 0, losses: [] });
    expect(answered).toBeGreaterThan(100);
  }
}, 60_000);
