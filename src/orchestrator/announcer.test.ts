import { describe, expect, it } from 'vitest';
import type { Announcement } from './announce.ts';
import { createAnnouncer } from './announcer.ts';

const anAnnouncement = (name: string): Announcement => ({
  about: { kind: 'Deployment', namespace: 'shop', name: 'checkout' },
  type: 'Normal',
  reason: 'PlanWritten',
  action: 'Write',
  note: 'n',
  name,
  atMs: 0,
});

describe('the announcer', () => {
  it('sends one after another in the order of the announcements', async () => {
    const sent: string[] = [];
    const announcer = createAnnouncer(
      (one) => {
        sent.push(one.name);
        return Promise.resolve();
      },
      () => undefined,
    );
    for (const name of ['a', 'b', 'c']) announcer.announce(anAnnouncement(name));
    await announcer.idle();
    expect(sent).toEqual(['a', 'b', 'c']);
  });

  it('goes on after one that was refused, and reports it', async () => {
    const faults: unknown[] = [];
    const sent: string[] = [];
    const announcer = createAnnouncer(
      (one) => {
        if (one.name === 'a') return Promise.reject(new Error('forbidden'));
        sent.push(one.name);
        return Promise.resolve();
      },
      (error) => faults.push(error),
    );
    announcer.announce(anAnnouncement('a'));
    announcer.announce(anAnnouncement('b'));
    await announcer.idle();
    expect([sent, faults.length]).toEqual([['b'], 1]);
  });

  it('drops what comes while a hundred wait', async () => {
    let sent = 0;
    const announcer = createAnnouncer(
      () => {
        sent += 1;
        return Promise.resolve();
      },
      () => undefined,
    );
    for (let at = 0; at < 150; at += 1) announcer.announce(anAnnouncement(String(at)));
    await announcer.idle();
    expect(sent).toBe(100);
  });
});
