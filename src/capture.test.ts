import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { aFolder } from '../test/builders/folder.ts';
import { aServer } from '../test/builders/history.ts';
import { takeSnapshot } from './capture.ts';
import { wallClock } from './clock.ts';
import { readConfig } from './config/config.ts';
import { lookAtSnapshot } from './look.ts';
import { startApiServer } from './sandbox/api/server.ts';

const { signal } = new AbortController();

describe('a snapshot of a cluster', () => {
  it('is taken without the measurements that its server refuses, and says so to whoever looks at it', async () => {
    const folder = aFolder();
    const api = await startApiServer({ clock: wallClock(false), clusterUid: 'uid-1' });
    const { token } = api.addIdentity('advisor');
    const metrics = await aServer(() => ({ status: 500, body: 'broken' }));
    const config = readConfig({
      flags: { clusterUrl: api.url },
      env: { K8S_CLUSTER_TOKEN: token, PROMETHEUS_URL: metrics.url },
      folder: folder.path,
    });
    try {
      const out = join(folder.path, 'case');
      const { missing } = await takeSnapshot(config, { out, logs: 'none', signal });
      const { blind } = await lookAtSnapshot(out, config, { signal });
      expect(missing.join('\n')).toMatch(/metrics: the past of cpu\.usage.*it answers 500/);
      expect(
        blind
          .filter((one) => one.source === 'metrics')
          .map((one) => one.capability)
          .join('\n'),
      ).toContain('it answers 500');
    } finally {
      await metrics.close();
      await api.close();
      folder.remove();
    }
  });
});
