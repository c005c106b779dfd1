import { describe, expect, it } from 'vitest';
import { Failure } from '../model/failure.ts';
import { createStopSwitch, type SwitchPorts } from './stop-switch.ts';

function aSwitch(broken: { journal?: boolean; configMap?: boolean } = {}) {
  const calls: string[] = [];
  const ports: SwitchPorts = {
    latch: (stopped) => calls.push(`memory ${stopped}`),
    append: (body) => {
      if (broken.journal === true) return Promise.reject(new Error('disk full'));
      calls.push(`journal ${body.kind}`);
      return Promise.resolve();
    },
    publish: (stopped) => {
      if (broken.configMap === true) return Promise.reject(new Error('forbidden'));
      calls.push(`config map ${stopped}`);
      return Promise.resolve();
    },
  };
  return { calls, control: createStopSwitch(ports) };
}
const order = { by: 'anna', door: 'cli', reason: 'change' } as const;

describe('the stop switch', () => {
  it('stops in memory before anything is written', async () => {
    const { calls, control } = aSwitch();
    const stopping = control.stop(order);
    expect(calls[0]).toBe('memory true');
    expect(await stopping).toEqual({ warnings: [] });
    expect(calls).toEqual(['memory true', 'journal switch.stopped', 'config map true']);
  });

  it('holds when neither journal nor ConfigMap can be written, and says so', async () => {
    const { calls, control } = aSwitch({ journal: true, configMap: true });
    expect(await control.stop(order)).toEqual({
      warnings: ['not in the journal: disk full', 'not in the stop ConfigMap: forbidden'],
    });
    expect(calls).toEqual(['memory true']);
  });

  it('writes later what a stop could not write, once', async () => {
    const broken = { journal: true };
    const { calls, control } = aSwitch(broken);
    await control.stop(order);
    await control.flush();
    broken.journal = false;
    await control.flush();
    await control.flush();
    expect(calls).toEqual(['memory true', 'config map true', 'journal switch.stopped']);
  });

  it('forgets what a stop could not write once it was resumed', async () => {
    const broken = { journal: false, configMap: true };
    const { calls, control } = aSwitch(broken);
    await control.stop(order);
    broken.configMap = false;
    await control.resume(order);
    await control.flush();
    expect(calls.at(-1)).toBe('memory false');
  });

  it('resumes in memory last', async () => {
    const { calls, control } = aSwitch();
    await control.resume(order);
    expect(calls).toEqual(['config map false', 'journal switch.resumed', 'memory false']);
  });

  it('stays stopped when somebody stops while a resume is under way, and the stop is what stays written', async () => {
    const { calls, control } = aSwitch();
    const resuming = control.resume(order);
    const stopping = control.stop({ by: 'ben', door: 'cli' });
    await expect(resuming).rejects.toMatchObject({ problem: { code: 'still-stopped', exitCode: 7 } });
    await stopping;
    expect(calls).not.toContain('memory false');
    expect(calls.slice(-2)).toEqual(['journal switch.stopped', 'config map true']);
  });

  it('keeps what the stop could not write when a resume was overtaken by it', async () => {
    const calls: string[] = [];
    const late: { stop: () => void } = { stop: () => undefined };
    const control = createStopSwitch({
      latch: (stopped) => calls.push(`memory ${stopped}`),
      append: (body) => {
        calls.push(`journal ${body.kind}`);
        late.stop();
        return Promise.resolve();
      },
      publish: (stopped) => {
        calls.push(`config map ${stopped}`);
        return Promise.resolve();
      },
    });
    const stopped: Promise<unknown>[] = [];
    late.stop = () => {
      late.stop = () => undefined;
      stopped.push(control.stop({ by: 'ben', door: 'cli' }));
    };
    await expect(control.resume(order)).rejects.toMatchObject({ problem: { code: 'still-stopped' } });
    await Promise.all(stopped);
    expect(calls).toEqual([
      'config map false',
      'journal switch.resumed',
      'memory true',
      'journal switch.stopped',
      'config map true',
    ]);
  });

  it('stays stopped when the resume cannot be written', async () => {
    const unpublished = aSwitch({ configMap: true });
    await expect(unpublished.control.resume(order)).rejects.toBeInstanceOf(Failure);
    expect(unpublished.calls).toEqual([]);
    const unrecorded = aSwitch({ journal: true });
    await expect(unrecorded.control.resume(order)).rejects.toThrow('disk full');
    expect(unrecorded.calls).toEqual(['config map false']);
  });
});
