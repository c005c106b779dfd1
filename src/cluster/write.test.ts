import { describe, expect, it } from 'vitest';
import { scripted } from './testing/script.ts';
import { createWriter } from './write.ts';

describe('the writer', () => {
  it('sends a request once, for real, and says how late the server may apply it', async () => {
    const transport = scripted([{ answer: 409, body: { reason: 'Conflict' } }]);
    const writer = createWriter(transport);
    const reply = await writer.send(
      { method: 'PATCH', resource: { group: '', version: 'v1', plural: 'nodes' }, namespace: '', name: 'n1', ops: [] },
      () => undefined,
    );
    expect(reply).toMatchObject({ status: 409, reason: 'Conflict' });
    expect(transport.asked).toHaveLength(1);
    expect(transport.asked[0]?.query).not.toHaveProperty('dryRun');
    expect(writer.serverTimeoutMs).toBe(10_000);
  });
});
