// What an object is set to and how it stands: fields that matter for repairs, names of environment variables and never their values.
import { z } from 'zod';
import { isPodReady, type Container } from '../../model/kube.ts';
import { shownRef, type ObjectRef } from '../../model/target.ts';
import type { ClusterView } from '../../model/view.ts';
import { givesOrder } from '../orders.ts';
import { toolOf } from './tool.ts';

const args = z.strictObject({ of: z.string().optional() });
const mostContainers = 4;

export const objectState = toolOf({
  name: 'object',
  about: 'answers image, resources, replicas, conditions and states; values of environment variables are never shown',
  args,
  read(_args, of, { view }) {
    const sentences =
      of.kind === 'Pod' ? podLines(of, view) : of.kind === 'Node' ? nodeLines(of, view) : workloadLines(of, view);
    const fact = (trust: 'measured' | 'untrusted') => (sentence: string) => ({
      trust,
      source: `object ${shownRef(of)}`,
      atMs: view.asOfMs,
      sentence,
      ...(trust === 'untrusted' && givesOrder(sentence) ? { ignoredInstruction: true } : {}),
    });
    return Promise.resolve([...sentences.map(fact('measured')), ...imageLines(of, view).map(fact('untrusted'))]);
  },
});

function workloadLines(of: ObjectRef, view: ClusterView): readonly string[] {
  const workload = view.workload(of);
  if (workload === undefined) return [];
  const pods = view.podsOf(of);
  const ready = pods.filter(isPodReady).length;
  return [
    `${shownRef(of)} asks for ${workload.replicas} replicas, ${ready} of ${pods.length} pods are ready`,
    ...(workload.template.spec?.containers ?? []).slice(0, mostContainers).map(containerLine),
  ];
}

function containerLine(one: Container): string {
  const resources = (part: 'requests' | 'limits'): string =>
    Object.entries(one.resources?.[part] ?? {})
      .map(([name, value]) => `${name} ${value}`)
      .join(', ') || 'none';
  const env = (one.env ?? []).map((variable) => variable.name).join(' ');
  return `container ${one.name}: requests ${resources('requests')}; limits ${resources('limits')}${env === '' ? '' : `; environment ${env.slice(0, 200)}`}`;
}

/** Anybody who may push an image chooses its name. */
function imageLines(of: ObjectRef, view: ClusterView): readonly string[] {
  return (view.workload(of)?.template.spec?.containers ?? [])
    .slice(0, mostContainers)
    .map((one) => `container ${one.name} runs image ${one.image ?? 'unknown'}`);
}

function podLines(of: ObjectRef, view: ClusterView): readonly string[] {
  const pod = view.pod(of.namespace, of.name);
  if (pod === undefined) return [];
  const states = (pod.status?.containerStatuses ?? []).map((one) => {
    const waiting = one.state?.waiting?.reason;
    const ended = one.lastState?.terminated;
    const last = ended === null || ended === undefined ? '' : `, last ended ${ended.reason ?? 'for no reason given'}`;
    return `${one.name} ${waiting === undefined || waiting === null ? (one.ready === true ? 'ready' : 'not ready') : `waits: ${waiting}`}, ${one.restartCount ?? 0} restarts${last}`;
  });
  return [
    `pod ${of.name} is ${pod.status?.phase ?? 'of no phase'} on node ${pod.spec?.nodeName ?? 'none'}: ${states.join('; ')}`,
  ];
}

function nodeLines(of: ObjectRef, view: ClusterView): readonly string[] {
  const node = view.nodes.find((one) => one.metadata.name === of.name);
  if (node === undefined) return [];
  const conditions = (node.status?.conditions ?? []).map((one) => `${one.type} ${one.status}`).join(', ');
  return [`node ${of.name}: ${conditions === '' ? 'no conditions' : conditions}`];
}
