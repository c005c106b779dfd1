import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import type { Tree } from '../src/sandbox/api/tree.ts';
import { crashingImage, newWebImage, webImage } from '../test/contract/images.ts';
import { aConfigMap, aDeployment, aPod, aService, aStatefulSet } from '../test/contract/objects.ts';
import { openSandbox, type SandboxSubject } from '../test/contract/sandbox-subject.ts';
import { until } from '../test/contract/subject.ts';
import { ensureBinaries } from './binaries.ts';

const run = promisify(execFile);

describe('kubectl 1.37 on the sandbox', () => {
  let sandbox: SandboxSubject;
  let program: string;
  let folder: string;
  const environment = (): NodeJS.ProcessEnv => ({
    PATH: process.env['PATH'],
    HOME: folder,
    KUBECONFIG: join(folder, 'config'),
  });
  // Never synchronous: the sandbox lives in this process.
  const kubectl = async (...args: string[]): Promise<string> =>
    (await run(program, args, { env: environment() })).stdout.trim();
  const refusal = async (...args: string[]): Promise<string> => {
    const failure: unknown = await kubectl(...args).catch((error: unknown) => error);
    return failure instanceof Error ? failure.message : 'it was not refused';
  };
  const file = (...objects: Tree[]): string => {
    const path = join(folder, 'manifest.yaml');
    writeFileSync(path, objects.map((object) => stringify(object)).join('---\n'));
    return path;
  };
  const field = async (kind: string, name: string, path: string): Promise<string> =>
    await kubectl('get', kind, name, '-o', `jsonpath={${path}}`);
  const available = async (name: string, replicas: number): Promise<void> =>
    await until(sandbox, async () => {
      const generation = await field('deployment', name, '.metadata.generation');
      const counts = ['availableReplicas', 'updatedReplicas', 'replicas', 'observedGeneration'];
      expect(await field('deployment', name, counts.map((count) => `.status.${count}`).join('}{" "}{'))).toBe(
        `${replicas} ${replicas} ${replicas} ${generation}`,
      );
    });
  const running = async (name: string, replicas = 1): Promise<void> => {
    await kubectl('apply', '-f', file(aDeployment(name, { replicas, podSpec: { terminationGracePeriodSeconds: 0 } })));
    await available(name, replicas);
  };
  /** Runs kubectl while the cluster's time goes on. */
  const meanwhile = async (...args: string[]): Promise<string> => {
    const timer = setInterval(() => void sandbox.pass(), 50);
    try {
      return await kubectl(...args);
    } finally {
      clearInterval(timer);
    }
  };

  beforeAll(async () => {
    program = (await ensureBinaries()).kubectl;
    folder = mkdtempSync(join(tmpdir(), 'advisor-kubectl-'));
    sandbox = await openSandbox();
    writeFileSync(join(folder, 'config'), sandbox.kubeconfig(), { mode: 0o600 });
  });
  afterAll(async () => {
    await sandbox.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('finds the server, its version and its resources', async () => {
    expect(await kubectl('version')).toContain('Server Version: v1.37.2');
    expect(await kubectl('api-resources', '--api-group=apps', '-o', 'name')).toContain('deployments.apps');
    expect((await kubectl('get', 'nodes', '-o', 'name')).split('\n')).toEqual([
      'node/node-1',
      'node/node-2',
      'node/node-3',
    ]);
  });

  it('gets by kind, short name, label, field and template', async () => {
    await running('got', 2);
    expect(await kubectl('get', 'deploy')).toMatch(/^NAME +AGE\ngot +\S+$/m);
    expect((await kubectl('get', 'po', '-l', 'app=got', '-o', 'name')).split('\n')).toHaveLength(2);
    expect(await kubectl('get', 'po', '-A', '--field-selector=spec.nodeName=node-9', '-o', 'name')).toBe('');
    expect(await kubectl('get', 'deployment', 'got', '-o', 'yaml')).toContain('kind: Deployment');
    expect(await refusal('get', 'deployment', 'none')).toContain('deployments.apps "none" not found');
  });

  it('applies a new object, the same again, and a change that takes back what it no longer holds', async () => {
    const first = aDeployment('applied', {
      replicas: 0,
      container: { args: ['one'], env: [{ name: 'A', value: '1' }] },
    });
    expect(await kubectl('apply', '-f', file(first))).toBe('deployment.apps/applied created');
    expect(await kubectl('apply', '-f', file(first))).toBe('deployment.apps/applied unchanged');
    const second = aDeployment('applied', { replicas: 0, container: { env: [{ name: 'B', value: '2' }] } });
    expect(await kubectl('apply', '-f', file(second))).toBe('deployment.apps/applied configured');
    const container = '.spec.template.spec.containers[0]';
    expect(await field('deployment', 'applied', `${container}.env[*].name`)).toBe('B');
    expect(await field('deployment', 'applied', `${container}.args`)).toBe('');
    expect(await kubectl('get', 'deployment', 'applied', '-o', 'yaml', '--show-managed-fields')).toContain(
      'manager: kubectl-client-side-apply',
    );
  });

  it('applies many kinds at once', async () => {
    const said = await kubectl('apply', '-f', file(aConfigMap('many'), aService('many'), aStatefulSet('many')));
    expect(said.split('\n')).toEqual([
      'configmap/many created',
      'service/many created',
      'statefulset.apps/many created',
    ]);
  });

  it('applies strictly, and as a dry run', async () => {
    expect(await refusal('apply', '-f', file({ ...aConfigMap('strict'), dat: { a: '1' } }))).toContain(
      'strict decoding error: unknown field "dat"',
    );
    expect(await kubectl('apply', '--dry-run=server', '-f', file(aConfigMap('dry')))).toBe(
      'configmap/dry created (server dry run)',
    );
    expect(await refusal('get', 'configmap', 'dry')).toContain('not found');
  });

  it('says what an apply would change', async () => {
    await kubectl('apply', '-f', file(aConfigMap('diffed', { a: 'before' })));
    const said = await run(program, ['diff', '-f', file(aConfigMap('diffed', { a: 'after' }))], {
      env: environment(),
    }).catch((error: unknown) => error);
    expect(said).toMatchObject({ code: 1, stdout: expect.stringContaining('+  a: after') as unknown });
  });

  it('patches in all three forms', async () => {
    await kubectl('apply', '-f', file(aDeployment('patched')));
    const patched = async (type: string, body: unknown) =>
      await kubectl('patch', 'deployment', 'patched', '--type', type, '-p', JSON.stringify(body));
    expect(await patched('json', [{ op: 'replace', path: '/spec/minReadySeconds', value: 4 }])).toBe(
      'deployment.apps/patched patched',
    );
    expect(await patched('merge', { metadata: { annotations: { note: 'x' } } })).toBe(
      'deployment.apps/patched patched',
    );
    const containers = [{ name: 'app', image: newWebImage }];
    expect(await patched('strategic', { spec: { template: { spec: { containers } } } })).toBe(
      'deployment.apps/patched patched',
    );
    expect(await patched('merge', { spec: { minReadySeconds: 4 } })).toBe(
      'deployment.apps/patched patched (no change)',
    );
    expect(await field('deployment', 'patched', '.spec.template.spec.containers[*].image')).toBe(newWebImage);
    expect(
      await refusal('patch', 'deployment', 'patched', '--type=json', '-p', '[{"op":"test","path":"/kind","value":1}]'),
    ).toContain('The request is invalid');
  });

  it('scales, and only from the number that is expected', async () => {
    await running('scaled');
    expect(await kubectl('scale', 'deployment/scaled', '--replicas=3', '--current-replicas=1')).toBe(
      'deployment.apps/scaled scaled',
    );
    await available('scaled', 3);
    expect(await refusal('scale', 'deployment/scaled', '--replicas=5', '--current-replicas=1')).toContain(
      'Expected replicas to be 1, was 3',
    );
  });

  it('sets image, resources and environment, and tells the story of the rollout', async () => {
    await running('set');
    expect(await kubectl('set', 'image', 'deployment/set', `app=${newWebImage}`)).toBe(
      'deployment.apps/set image updated',
    );
    expect(await meanwhile('rollout', 'status', 'deployment/set', '--timeout=60s')).toContain(
      'deployment "set" successfully rolled out',
    );
    await kubectl('set', 'resources', 'deployment/set', '--limits=memory=0.25Gi');
    await available('set', 1);
    await kubectl('set', 'env', 'deployment/set', 'MODE=fast');
    await available('set', 1);
    expect(await field('deployment', 'set', '.spec.template.spec.containers[0].resources.limits.memory')).toBe('256Mi');
    expect(await kubectl('rollout', 'history', 'deployment/set')).toMatch(
      /^REVISION +CHANGE-CAUSE\n1 .*\n2 .*\n3 .*\n4 /m,
    );
  });

  it('rolls back to the former revision, and to a named one', async () => {
    await running('undone');
    await kubectl('set', 'image', 'deployment/undone', `app=${newWebImage}`);
    await available('undone', 1);
    expect(await kubectl('rollout', 'undo', 'deployment/undone')).toBe('deployment.apps/undone rolled back');
    await available('undone', 1);
    expect(await field('deployment', 'undone', '.spec.template.spec.containers[0].image')).toBe(webImage);
    expect(await field('deployment', 'undone', '.metadata.annotations.deployment\\.kubernetes\\.io/revision')).toBe(
      '3',
    );
    await kubectl('rollout', 'undo', 'deployment/undone', '--to-revision=2');
    await available('undone', 1);
    expect(await field('deployment', 'undone', '.spec.template.spec.containers[0].image')).toBe(newWebImage);
  });

  it('rolls a StatefulSet back', async () => {
    const parts = { replicas: 1, podSpec: { terminationGracePeriodSeconds: 0 } };
    await kubectl('apply', '-f', file(aStatefulSet('set-back', parts)));
    const serves = async (image: string): Promise<void> =>
      await until(sandbox, async () => {
        expect(await field('pod', 'set-back-0', '.spec.containers[0].image')).toBe(image);
        expect(await field('statefulset', 'set-back', '.status.readyReplicas')).toBe('1');
      });
    await serves(webImage);
    await kubectl('set', 'image', 'statefulset/set-back', `app=${newWebImage}`);
    await serves(newWebImage);
    expect(await kubectl('rollout', 'undo', 'statefulset/set-back')).toBe('statefulset.apps/set-back rolled back');
    await serves(webImage);
  });

  it('restarts, pauses and resumes', async () => {
    await running('restarted');
    await kubectl('rollout', 'restart', 'deployment/restarted');
    await available('restarted', 1);
    expect(await field('deployment', 'restarted', '.metadata.annotations.deployment\\.kubernetes\\.io/revision')).toBe(
      '2',
    );
    await kubectl('rollout', 'pause', 'deployment/restarted');
    expect(await field('deployment', 'restarted', '.spec.paused')).toBe('true');
    await kubectl('rollout', 'resume', 'deployment/restarted');
    expect(await field('deployment', 'restarted', '.spec.paused')).toBe('');
  });

  it('reads logs of a pod, a workload and an earlier run', async () => {
    await running('logged');
    await kubectl('apply', '-f', file(aPod('crash', { image: crashingImage })));
    await until(sandbox, async () =>
      expect(await field('pod', 'crash', '.status.containerStatuses[0].restartCount')).toMatch(/[1-9]/),
    );
    expect(await kubectl('logs', 'deployment/logged', '--tail=1')).toBe('listening on :8080');
    expect(await kubectl('logs', 'crash', '--previous')).toBe('starting\nFATAL no route to database');
    expect(await refusal('logs', 'crash', '-c', 'none')).toContain('container none is not valid for pod crash');
  });

  it('watches what changes', async () => {
    await running('watched');
    const child = spawn(program, ['get', 'deployments', '-w', '-o', 'name', '--field-selector=metadata.name=watched'], {
      env: environment(),
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let printed = '';
    child.stdout.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
    });
    const lines = async (count: number): Promise<void> =>
      await until(sandbox, async () => {
        await pause(20);
        expect(printed.trim().split('\n').length).toBeGreaterThanOrEqual(count);
      });
    await lines(1);
    await kubectl('annotate', 'deployment/watched', 'note=x');
    await lines(2);
    child.kill();
    await once(child, 'close');
    expect(new Set(printed.trim().split('\n'))).toEqual(new Set(['deployment.apps/watched']));
  });

  it('waits for a condition', async () => {
    await kubectl('apply', '-f', file(aDeployment('awaited', { replicas: 1 })));
    expect(await meanwhile('wait', '--for=condition=Available', 'deployment/awaited', '--timeout=60s')).toBe(
      'deployment.apps/awaited condition met',
    );
  });

  it('labels, replaces and deletes', async () => {
    await running('removed');
    await kubectl('label', 'deployment/removed', 'team=ours');
    expect(await kubectl('get', 'deployments', '-l', 'team=ours', '-o', 'name')).toBe('deployment.apps/removed');
    expect(await kubectl('replace', '-f', file(aDeployment('removed')))).toBe('deployment.apps/removed replaced');
    expect(await meanwhile('delete', 'deployment', 'removed')).toContain('deployment.apps "removed" deleted');
    await until(sandbox, async () => expect(await kubectl('get', 'pods', '-l', 'app=removed', '-o', 'name')).toBe(''));
  });

  it('cordons and uncordons a node', async () => {
    expect(await kubectl('cordon', 'node-1')).toBe('node/node-1 cordoned');
    expect(await field('node', 'node-1', '.spec.unschedulable')).toBe('true');
    expect(await kubectl('uncordon', 'node-1')).toBe('node/node-1 uncordoned');
  });
});
