// The lanes that run beside the window test, in the order in which their findings are told.
import { replicaLane } from '../replicas/replica-lane.ts';
import type { CreateLane } from './lane.ts';
import { presenceLane } from './presence-lane.ts';
import { sloLane } from './slo-lane.ts';
import { trendLane } from './trend-lane.ts';

export const lanes: readonly CreateLane[] = [presenceLane, sloLane, trendLane, replicaLane];
