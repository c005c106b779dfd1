// What every answer carries, and who asked for it.
import type { FastifyRequest } from 'fastify';
import type { Envelope } from '../model/api.ts';
import type { Identity } from './identity.ts';
import { iso } from './plan-view.ts';
import type { ServerPorts } from './ports.ts';
import { signedOut } from './problems.ts';

/** As of when, up to which event, and what could not be read. */
export function envelopeOf(ports: ServerPorts): Envelope {
  const state = ports.state();
  const { blind } = ports.health();
  const warnings = [
    ...[...state.lostSources].map(([source, one]) => ({
      code: 'cannot-see',
      what: `${source}: ${one.reason}`,
      cost: one.cost,
    })),
    ...blind.map((one) => ({ code: 'cannot-see', what: one.capability, cost: one.cost })),
    ...(ports.journal.writable()
      ? []
      : [
          {
            code: 'journal-unwritable',
            what: 'the journal cannot be written',
            cost: 'nothing is changed until it can',
          },
        ]),
  ];
  return { asOf: iso(ports.cluster.now()), seq: state.seq, complete: warnings.length === 0, warnings };
}

/** The caller; the hook has made sure of it. */
export function whoAsks(request: FastifyRequest): Identity {
  if (request.identity === null) throw signedOut('no token came with the request');
  return request.identity;
}
