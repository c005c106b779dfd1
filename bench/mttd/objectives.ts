// The objectives that both sides are told, so that neither knows more: the alert rules as numbers, the advisor as its file of objectives.
import { stringify } from 'yaml';
import { deployed } from '../../src/sandbox/world/workloads.ts';

/**
 * 99.5 % of the requests succeed, 99 % take at most a quarter of a second. The clean world fails 0.13 to 0.24 % of its requests, so
 * that 99.9 % would burn on both sides all the time; with these one ticket of latency burns at its limit (checkout), no page does.
 */
export const objectives = { availability: 0.995, latency: 0.99, latencySeconds: 0.25 } as const;

/** The file that `ADVISOR_SLO` names, for every workload that answers requests. */
export function objectivesFile(): string {
  const slos = deployed
    .filter(({ model }) => model.visitors !== null)
    .map(({ model, kind }) => {
      const [namespace = '', name = ''] = model.key.split('/');
      return {
        of: `${namespace}/${kind}/${name}`,
        availability: `${objectives.availability * 100}/30d`,
        latency: `${objectives.latency * 100}@${objectives.latencySeconds * 1000}ms/30d`,
      };
    });
  return stringify({ slos });
}
