import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { steppedClock, type SteppedClock } from '../../clock.ts';
import { Failure } from '../../model/failure.ts';
import type { Permit, PermitBody } from '../../model/permit.ts';
import { requestDigest, type WriteRequest } from '../../model/write.ts';
import { createPermits, type Permits } from './permits.ts';

const startMs = Date.UTC(2026, 5, 9, 14);
const here = { clusterId: 'cluster-1', epoch: 3 };

function aRequest(replicas = 5, name = 'checkout'): WriteRequest {
  return {
    method: 'PATCH',
    resource: { group: 'apps', version: 'v1', plural: 'deployments' },
    namespace: 'shop',
    name,
    ops: [
      { op: 'test', path: '/spec/replicas', value: 3 },
      { op: 'replace', path: '/spec/replicas', value: replicas },
    ],
  };
}

function aBody(more: Partial<PermitBody> = {}): PermitBody {
  return {
    id: '3.01J',
    purpose: 'act',
    plan: 'inc-1/p1',
    action: 'inc-1/p1/a1',
    actionDigest: 'a'.repeat(64),
    target: { kind: 'Deployment', namespace: 'shop', name: 'checkout', uid: 'uid-1' },
    formerMark: '2.01H',
    testedDigest: 'b'.repeat(64),
    clusterId: 'cluster-1',
    epoch: 3,
    intentSeq: 42,
    requestDigests: [requestDigest(aRequest())],
    expiresWallMs: startMs + 30_000,
    ...more,
  };
}

function anOffice(): { readonly permits: Permits; readonly wall: SteppedClock } {
  const wall = steppedClock(startMs);
  return { permits: createPermits(Buffer.alloc(32, 7), wall), wall };
}

describe('burning a permit', () => {
  it('lets the request that it was minted for be sent', () => {
    const { permits } = anOffice();
    expect(permits.burn(permits.mint(aBody()), aRequest(), here)).toEqual({ burned: true });
  });

  it('lets each of two requests be sent once', () => {
    const { permits } = anOffice();
    const two = [aRequest(5), aRequest(6)].map(requestDigest);
    const permit = permits.mint(aBody({ requestDigests: two }));
    expect(permits.burn(permit, aRequest(5), here)).toEqual({ burned: true });
    expect(permits.burn(permit, aRequest(6), here)).toEqual({ burned: true });
    expect(permits.burn(permit, aRequest(6), here)).toEqual({
      refused: 'the request of permit 3.01J was sent already',
    });
  });

  it('refuses a replay', () => {
    const { permits } = anOffice();
    const permit = permits.mint(aBody());
    permits.burn(permit, aRequest(), here);
    expect(permits.burn(permit, aRequest(), here)).toEqual({
      refused: 'the request of permit 3.01J was sent already',
    });
  });

  it('refuses a request that it does not cover, and is not spent by that', () => {
    const { permits } = anOffice();
    const permit = permits.mint(aBody());
    expect(permits.burn(permit, aRequest(50), here)).toEqual({
      refused: 'permit 3.01J does not cover this request',
    });
    expect(permits.burn(permit, aRequest(5, 'basket'), here)).toEqual({
      refused: 'permit 3.01J does not cover this request',
    });
    expect(permits.burn(permit, aRequest(), here)).toEqual({ burned: true });
  });

  it('refuses another cluster', () => {
    const { permits } = anOffice();
    expect(permits.burn(permits.mint(aBody()), aRequest(), { ...here, clusterId: 'cluster-2' })).toEqual({
      refused: 'permit 3.01J is for another cluster',
    });
  });

  it('refuses another epoch, earlier or later', () => {
    const { permits } = anOffice();
    const permit = permits.mint(aBody());
    expect(permits.burn(permit, aRequest(), { ...here, epoch: 4 })).toEqual({
      refused: 'permit 3.01J is of epoch 3, and the lease is in epoch 4',
    });
    expect(permits.burn(permit, aRequest(), { ...here, epoch: 2 })).toEqual({
      refused: 'permit 3.01J is of epoch 3, and the lease is in epoch 2',
    });
  });

  it('refuses without the lease', () => {
    const { permits } = anOffice();
    expect(permits.burn(permits.mint(aBody()), aRequest(), { ...here, epoch: null })).toEqual({
      refused: 'permit 3.01J needs the lease, and it is not held',
    });
  });

  it('refuses from the very millisecond of its end', () => {
    const { permits, wall } = anOffice();
    const permit = permits.mint(aBody());
    wall.advance(29_999);
    expect(permits.burn(permits.mint(aBody({ id: '3.02' })), aRequest(), here)).toEqual({ burned: true });
    wall.advance(1);
    expect(permits.burn(permit, aRequest(), here)).toEqual({ refused: 'permit 3.01J has expired' });
  });

  it('stays expired when the wall clock is set back', () => {
    let offsetMs = 0;
    const wall = steppedClock(startMs);
    const permits = createPermits(Buffer.alloc(32, 7), { ...wall, now: () => wall.now() + offsetMs });
    const permit = permits.mint(aBody());
    wall.advance(31_000);
    offsetMs = -31_000;
    expect(permits.burn(permit, aRequest(), here)).toEqual({ refused: 'permit 3.01J has expired' });
  });

  it('has expired when the wall clock jumps past its end', () => {
    let offsetMs = 0;
    const wall = steppedClock(startMs);
    const permits = createPermits(Buffer.alloc(32, 7), { ...wall, now: () => wall.now() + offsetMs });
    const permit = permits.mint(aBody());
    offsetMs = 30_000;
    expect(permits.burn(permit, aRequest(), here)).toEqual({ refused: 'permit 3.01J has expired' });
  });

  it('refuses a permit of another process, whose key is another', () => {
    const { permits } = anOffice();
    const other = createPermits(Buffer.alloc(32, 8), steppedClock(startMs));
    expect(permits.burn(other.mint(aBody()), aRequest(), here)).toEqual({
      refused: 'permit 3.01J was altered, or was not signed by this process',
    });
  });

  it('refuses a permit with a right signature that this process never minted', () => {
    const { permits } = anOffice();
    const sameKey = createPermits(Buffer.alloc(32, 7), steppedClock(startMs));
    expect(permits.burn(sameKey.mint(aBody()), aRequest(), here)).toEqual({ refused: 'permit 3.01J has expired' });
  });

  it('refuses signatures that are no signature', () => {
    const { permits } = anOffice();
    const permit = permits.mint(aBody());
    const signatures = ['', 'zz', permit.signature.slice(2), `${permit.signature}00`, `${permit.signature}zz`];
    expect(signatures.map((signature) => permits.burn({ ...permit, signature }, aRequest(), here))).toEqual(
      signatures.map(() => ({ refused: 'permit 3.01J was altered, or was not signed by this process' })),
    );
  });
});

describe('any altered field', () => {
  const changes: fc.Arbitrary<Partial<Permit>> = fc.oneof(
    fc.string().map((id) => ({ id: `${id}!` })),
    fc.constantFrom('undo' as const, 'fence' as const, 'hand back' as const).map((purpose) => ({ purpose })),
    fc.string().map((plan) => ({ plan: `${plan}!` })),
    fc.string().map((action) => ({ action: `${action}!` })),
    fc.string().map((actionDigest) => ({ actionDigest })),
    fc.string().map((uid) => ({ target: { ...aBody().target, uid } })),
    fc.string().map((name) => ({ target: { ...aBody().target, name: `${name}!` } })),
    fc.string().map((namespace) => ({ target: { ...aBody().target, namespace: `${namespace}!` } })),
    fc.string().map((kind) => ({ target: { ...aBody().target, kind: `${kind}!` } })),
    fc.constantFrom(null, '', 'void:2.01H', '2.01I').map((formerMark) => ({ formerMark })),
    fc.string().map((testedDigest) => ({ testedDigest })),
    fc.string().map((clusterId) => ({ clusterId: `${clusterId}!` })),
    fc.integer({ min: 4 }).map((epoch) => ({ epoch })),
    fc.integer({ min: 43 }).map((intentSeq) => ({ intentSeq })),
    fc.array(fc.string(), { maxLength: 3 }).map((requestDigests) => ({ requestDigests })),
    fc.integer({ min: 1, max: 1e12 }).map((more) => ({ expiresWallMs: aBody().expiresWallMs + more })),
    fc.integer({ min: 0, max: 63 }).map((at) => ({ signature: flipped(at) })),
  );
  const flipped = (at: number): string => {
    const { signature } = anOffice().permits.mint(aBody());
    const digit = (15 - Number.parseInt(signature.charAt(at), 16)).toString(16);
    return signature.slice(0, at) + digit + signature.slice(at + 1);
  };

  it('makes the permit worthless for burning and for arming again', () => {
    fc.assert(
      fc.property(changes, (change) => {
        const { permits } = anOffice();
        const altered = { ...permits.mint(aBody()), ...change };
        const refused = { refused: `permit ${altered.id} was altered, or was not signed by this process` };
        expect(permits.burn(altered, aRequest(), here)).toEqual(refused);
        expect(permits.rearm(altered, aRequest())).toEqual(refused);
      }),
      { numRuns: 300 },
    );
  });

  it('does not count what is not there: a permit with one field more is refused too', () => {
    const { permits } = anOffice();
    const more = { ...permits.mint(aBody()), breakGlass: true };
    expect(permits.burn(more, aRequest(), here)).toHaveProperty('refused');
  });
});

describe('arming a request again', () => {
  it('lets a spent request be sent once more, and only once', () => {
    const { permits } = anOffice();
    const permit = permits.mint(aBody());
    permits.burn(permit, aRequest(), here);
    expect(permits.rearm(permit, aRequest())).toEqual({ burned: true });
    expect(permits.burn(permit, aRequest(), here)).toEqual({ burned: true });
    expect(permits.rearm(permit, aRequest())).toEqual({
      refused: 'the request of permit 3.01J cannot be sent once more',
    });
    expect(permits.burn(permit, aRequest(), here)).toEqual({
      refused: 'the request of permit 3.01J was sent already',
    });
  });

  it('does not double a request by arming it twice', () => {
    const { permits } = anOffice();
    const permit = permits.mint(aBody());
    permits.burn(permit, aRequest(), here);
    permits.rearm(permit, aRequest());
    expect(permits.rearm(permit, aRequest())).toHaveProperty('refused');
  });

  it('refuses a request that was not sent yet, or is not covered', () => {
    const { permits } = anOffice();
    const permit = permits.mint(aBody());
    expect(permits.rearm(permit, aRequest())).toHaveProperty('refused');
    expect(permits.rearm(permit, aRequest(50))).toHaveProperty('refused');
  });

  it('does not outlive the permit', () => {
    const { permits, wall } = anOffice();
    const permit = permits.mint(aBody());
    permits.burn(permit, aRequest(), here);
    wall.advance(30_000);
    expect(permits.rearm(permit, aRequest())).toEqual({ refused: 'permit 3.01J has expired' });
  });
});

describe('minting', () => {
  const why = (mint: () => unknown): string => {
    try {
      mint();
      return 'minted';
    } catch (error) {
      return error instanceof Failure ? `${error.problem.code}: ${error.problem.what}: ${error.problem.why}` : 'other';
    }
  };

  it('refuses a life of more than 60 s, none, or no number', () => {
    const { permits } = anOffice();
    const lives = [60_001, 0, -1, Number.NaN].map((lifeMs) =>
      why(() => permits.mint(aBody({ expiresWallMs: startMs + lifeMs }))),
    );
    expect(lives).toEqual(
      ['60001', '0', '-1', 'NaN'].map(
        (shown) => `permit-not-minted: a permit must end within 60 s: permit 3.01J would live ${shown} ms`,
      ),
    );
    expect(why(() => permits.mint(aBody({ expiresWallMs: startMs + 60_000 })))).toBe('minted');
  });

  it('refuses no requests, three requests, and the same one twice', () => {
    const { permits } = anOffice();
    const lists = [[], ['x', 'y', 'z'], ['x', 'x']];
    expect(lists.map((requestDigests) => why(() => permits.mint(aBody({ requestDigests }))))).toEqual(
      [0, 3, 1].map(
        (count) => `permit-not-minted: a permit is for one or two different requests: permit 3.01J names ${count}`,
      ),
    );
  });

  it('refuses an id that is live', () => {
    const { permits } = anOffice();
    permits.mint(aBody());
    expect(why(() => permits.mint(aBody()))).toContain('permit 3.01J is live already');
  });

  it('refuses a key that is too short', () => {
    expect(why(() => createPermits(Buffer.alloc(31), steppedClock(startMs)))).toContain('it has 31 bytes, not 32');
  });

  it('bounds how many are live, and makes room when they expire', () => {
    const { permits, wall } = anOffice();
    for (let at = 0; at < 1_000; at += 1) permits.mint(aBody({ id: `3.${at}` }));
    expect(why(() => permits.mint(aBody()))).toContain('1000 have not expired yet');
    wall.advance(30_000);
    expect(why(() => permits.mint(aBody({ expiresWallMs: startMs + 60_000 })))).toBe('minted');
  });

  it('signs every body differently and shows the body unchanged', () => {
    const { permits } = anOffice();
    const { signature, ...body } = permits.mint(aBody());
    expect(body).toEqual(aBody());
    expect(signature).toMatch(/^[0-9a-f]{64}$/);
    expect(permits.mint(aBody({ id: '3.02' })).signature).not.toBe(signature);
  });
});
