// Facts as evidence before they have a number: where each was read and how far it may be trusted.
import type { EvidenceDraft } from '../model/evidence.ts';
import type { Finding } from '../model/finding.ts';
import { eventTimeMs, type KubeEvent } from '../model/kube.ts';
import { shownRef, type ObjectRef } from '../model/target.ts';

/** A field of an API object or a metric: written by the cluster itself. */
export function measured(source: string, atMs: number, sentence: string): EvidenceDraft {
  return { trust: 'measured', source, atMs, sentence };
}

/** What a component wrote in an event. */
export function reported(event: KubeEvent, sentence: string, atMs: number): EvidenceDraft {
  const { kind = 'object', name = '' } = event.involvedObject;
  return {
    trust: 'reported',
    source: `event ${event.reason ?? 'without reason'} on ${kind}/${name}`,
    atMs: eventTimeMs(event) ?? atMs,
    sentence,
  };
}

/** A finding as evidence; its sentence is the anomaly agent's. */
export function fromFinding(finding: Finding): EvidenceDraft {
  return {
    trust: 'measured',
    source: finding.id,
    atMs: finding.onsetMs,
    sentence: finding.sentence,
    finding: finding.id,
  };
}

/** `shop/deploy/checkout spec.replicas`: the object and the field that was read. */
export function field(of: ObjectRef, path: string): string {
  return `${shownRef(of)} ${path}`;
}
