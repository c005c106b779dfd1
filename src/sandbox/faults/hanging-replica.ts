// One of three ledgers hangs on a slow disk: its port accepts, nothing is answered, readiness times out, liveness (the port) holds.
import type { ObjectRef } from '../../model/target.ts';
import type { Fault } from './fault.ts';

const target: ObjectRef = { kind: 'StatefulSet', namespace: 'pay', name: 'ledger' };
const pod = 'pay/ledger-1';

export const hangingReplica: Fault = {
  code: 'unsettled',
  name: 'hanging-replica',
  target,
  expected: { cause: null, root: target, action: null, ending: 'escalated', victims: [] },
  async inject({ physics }) {
    physics.setHanging(pod, true);
  },
  async heal({ physics }) {
    physics.setHanging(pod, false);
  },
};
