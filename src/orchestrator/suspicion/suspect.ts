// The step between two assessments: what was suspected is told once its test ended, and the leader is asked anew when the cycle shows something to think about.
import { deadline } from '../../clock.ts';
import { claimOf } from '../../model/suspicion.ts';
import { shownRef } from '../../model/target.ts';
import type { Memory } from '../memory.ts';
import type { CyclePorts } from '../ports.ts';
import { privateNamesOf } from '../private-names.ts';
import type { Reasoner } from '../reasoner.ts';
import { digestOf, shapeOf, type Digest } from './digest.ts';
import { afterTest, intervalOf } from './record.ts';

const mostMisses = 24;
const mostClaims = 4;
/** Ten minutes at pace 1. */
const everyCycles = 10;
const longestThoughtMs = 120_000;

/** Never waits for the leader: its claims are tested in the cycles after its answer. */
export async function suspect(ports: CyclePorts, memory: Memory): Promise<void> {
  await tellEnded(ports, memory);
  const leader = ports.suspector();
  const { suspicions } = memory;
  const nowMs = ports.cluster.now();
  if (leader?.suspect === undefined || suspicions.isAsked) return;
  if (nowMs - suspicions.askedMs < intervalOf(suspicions.record, everyCycles * ports.pace.cycleMs)) return;
  const digest = digestOf(ports.anomaly.nearMisses(mostMisses), ports.view(), nowMs, privateNamesOf(ports.view()));
  if (digest === null) return;
  const shape = shapeOf(digest);
  if (shape === suspicions.shape) return;
  suspicions.askedMs = nowMs;
  suspicions.shape = shape;
  suspicions.isAsked = true;
  suspicions.leader = leader.name;
  suspicions.record = { ...suspicions.record, asked: suspicions.record.asked + 1 };
  void think(ports, memory, digest, async (shown, signal) => (await leader.suspect?.(shown, signal)) ?? []);
}

async function think(
  ports: CyclePorts,
  memory: Memory,
  digest: Digest,
  ask: NonNullable<Reasoner['suspect']>,
): Promise<void> {
  const { suspicions } = memory;
  const limit = deadline(ports.wall, longestThoughtMs);
  try {
    const claims = (await ask(digest, limit.signal)).slice(0, mostClaims);
    suspicions.record = { ...suspicions.record, raised: suspicions.record.raised + claims.length };
    ports.anomaly.suspect(claims);
  } catch (error) {
    ports.fault(error, null);
  } finally {
    limit.done();
    suspicions.isAsked = false;
  }
}

async function tellEnded(ports: CyclePorts, memory: Memory): Promise<void> {
  for (const { suspicion, result, sentence } of ports.anomaly.suspicionsEnded()) {
    memory.suspicions.record = afterTest(memory.suspicions.record, result);
    await ports.journal.append(
      {
        kind: 'suspicion.raised',
        leader: memory.suspicions.leader,
        claim: `${claimOf(suspicion).split(' ').slice(1).join(', ')} of ${shownRef(suspicion.of)} moved together`,
        result,
        sentence,
        ...(suspicion.why === '' ? {} : { why: suspicion.why }),
      },
      'anomaly',
    );
  }
}
