// The one place from which a write reaches the cluster: looks once more, burns the permit and sends, in one turn, and sends again only what was never executed.
import { pause, type Clock } from '../../clock.ts';
import type { OwnWrites } from '../../cluster/own.ts';
import type { Transport } from '../../cluster/transport.ts';
import { createWriter } from '../../cluster/write.ts';
import type { State } from '../../folds/state.ts';
import type { Journal } from '../../model/journal.ts';
import type { Mode } from '../../model/mode.ts';
import type { Burned, Granted, Permit } from '../../model/permit.ts';
import type { ObjectRef } from '../../model/target.ts';
import type { WriteReply, WriteRequest } from '../../model/write.ts';
import { answerOf, type Answer } from './answer.ts';
import type { Lane } from './lane.ts';
import { secondLook } from './second-look.ts';

export type SendPorts = {
  readonly transport: Transport;
  readonly own: Pick<OwnWrites, 'readStop'>;
  readonly journal: Pick<Journal, 'writable'>;
  readonly wall: Clock;
  readonly permits: {
    burn(
      permit: Permit,
      request: WriteRequest,
      now: { readonly clusterId: string; readonly epoch: number | null },
    ): Burned;
    rearm(permit: Permit, request: WriteRequest): Burned;
  };
  readonly clusterId: string;
  state(): State;
  /** Null when it is not held. */
  lease(): { readonly epoch: number; readonly remainingMs: number } | null;
  /** The stop switch in memory. */
  isStopped(): boolean;
  /** The effective mode of an object now. */
  modeOf(scope: ObjectRef): Mode;
};

/** `held`: nothing left this process, and why. */
export type Sent = { readonly answer: Answer; readonly reply: WriteReply } | { readonly held: string };
export type Send = (granted: Granted) => Promise<Sent>;

/** Steps 2 to 7 of a write (design decision 5). */
const longestMs = 30_000;
const shortestWaitMs = 1_000;

/** Sends the requests of a permit in turn, the second only when the first landed. Answers with the last that was sent, or with what held it. */
export function createSend(ports: SendPorts, lane: Pick<Lane, 'turn'>): Send {
  const { wall, permits } = ports;
  const writer = createWriter(ports.transport);

  const whatHolds = (granted: Granted, request: WriteRequest): string | null => {
    const lease = ports.lease();
    const held = secondLook(granted, {
      intent: ports.state().intents.get(granted.permit.id),
      isJournalWritable: ports.journal.writable(),
      isStopped: ports.isStopped(),
      mode: ports.modeOf(granted.scope),
      lease,
      serverTimeoutMs: writer.serverTimeoutMs,
    });
    if (held !== null) return held;
    const burned = permits.burn(granted.permit, request, { clusterId: ports.clusterId, epoch: lease?.epoch ?? null });
    return 'refused' in burned ? burned.refused : null;
  };
  const once = async (granted: Granted, request: WriteRequest): Promise<Sent> => {
    await lane.turn();
    if (granted.permit.purpose !== 'fence') {
      const stop = await ports.own.readStop();
      if (stop.stopped) return { held: stop.reason ?? 'actions are stopped in the cluster' };
    }
    // Looked at and burnt only when the request leaves: a wait for a free connection or for credentials must not outlast the look.
    const gate: { held: string | null } = { held: 'it waited too long to be sent' };
    const reply = await writer.send(request, () => {
      gate.held = whatHolds(granted, request);
      if (gate.held !== null) throw new Error(gate.held);
    });
    return gate.held === null ? { answer: answerOf(reply), reply } : { held: gate.held };
  };
  const withFlowControl = async (granted: Granted, request: WriteRequest, startedAt: number): Promise<Sent> => {
    const first = await once(granted, request);
    if ('held' in first || first.answer.word !== 'again') return first;
    const waitMs = Math.max((first.reply.retryAfterS ?? 0) * 1_000, shortestWaitMs);
    const leftMs = Math.min(granted.permit.expiresWallMs - wall.now(), startedAt + longestMs - wall.monotonic());
    if (waitMs >= leftMs) return first;
    await pause(wall, waitMs);
    // The server says that it never executed this one, so the same bytes cannot land twice.
    const armed = permits.rearm(granted.permit, request);
    return 'refused' in armed ? first : await once(granted, request);
  };
  return async (granted) => {
    const startedAt = wall.monotonic();
    let last: Sent = { held: 'the permit names no request' };
    for (const request of granted.requests) {
      last = await withFlowControl(granted, request, startedAt);
      if ('held' in last || last.answer.word !== 'landed') break;
    }
    return last;
  };
}
