// The newest lines of a container's log: untrusted evidence, since anybody who reaches the program may write them. Off unless logs may be read.
import { z } from 'zod';
import { isLive } from '../../model/kube.ts';
import { cutLine } from '../cut-line.ts';
import { givesOrder } from '../orders.ts';
import { toolOf } from './tool.ts';

const args = z.strictObject({
  of: z.string().optional(),
  container: z.string().max(63).optional(),
  previous: z.boolean().default(false),
});
const linesRead = 50;
const linesTold = 4;

export const logLines = toolOf({
  name: 'logs',
  about:
    'container and previous (true for the run before) may be named; answers its newest lines, which anybody may have written',
  args,
  async read({ container, previous }, of, { view, reader, nowMs }, signal) {
    const pod = of.kind === 'Pod' ? view.pod(of.namespace, of.name) : view.podsOf(of).find(isLive);
    const statuses = pod?.status?.containerStatuses ?? [];
    const name = container ?? (statuses.find((one) => one.ready !== true) ?? statuses[0])?.name;
    if (pod === undefined || name === undefined) return [];
    const place = { namespace: of.namespace, pod: pod.metadata.name, container: name, previous };
    const lines = (await reader.tail(place, linesRead, signal)) ?? [];
    return lines
      .map((line) => cutLine(line.replaceAll(/[\p{Cc}\p{Cf}]/gu, ' ').trim(), 300))
      .filter((line) => line !== '')
      .slice(-linesTold)
      .map((line) => ({
        trust: 'untrusted' as const,
        source: `log:${pod.metadata.name}/${name}`,
        atMs: nowMs,
        sentence: `its log says: "${line}"`,
        ...(givesOrder(line) ? { ignoredInstruction: true } : {}),
      }));
  },
});
