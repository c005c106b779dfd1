import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPseudonyms } from './pseudonyms.ts';

const key = { secret: 'k', incident: 'inc-1' };

describe('pseudonyms', () => {
  it.each([
    ['an address', 'dial tcp 10.4.7.19:5432: refused', /^dial tcp addr-[0-9a-f]{6}:5432: refused$/],
    ['an address with a prefix', 'from 192.168.0.0/16', /^from addr-[0-9a-f]{6}\/16$/],
    ['an IPv6 address', 'dial [2001:db8::8a2e:370:7334]:443', /^dial \[addr-[0-9a-f]{6}\]:443$/],
    ['a short IPv6 address', 'listens on fe80::1 now', /^listens on addr-[0-9a-f]{6} now$/],
    ['a hardware address', 'link 02:42:ac:11:00:02 down', /^link addr-[0-9a-f]{6} down$/],
    ['an e-mail address', 'mail jane.doe+x@shop.example now', /^mail person-[0-9a-f]{6} now$/],
    ['an address of a person within a host', 'to root@db1', /^to person-[0-9a-f]{6}$/],
    ['a host', 'lookup db1.acme.com failed', /^lookup host-[0-9a-f]{6} failed$/],
    ['a host under a country', 'lookup www.acme.de: timeout', /^lookup host-[0-9a-f]{6}: timeout$/],
    ['a host of the local network', 'lookup db1.acme.local', /^lookup host-[0-9a-f]{6}$/],
    ['a domain of two labels', 'see acme.de now', /^see host-[0-9a-f]{6} now$/],
    ['a host of a younger domain', 'vault.acme.xyz and api.acme.rs', /^host-[0-9a-f]{6} and host-[0-9a-f]{6}$/],
    ['an address as a node has it', 'node ip-10-0-3-7 is gone', /^node addr-[0-9a-f]{6} is gone$/],
    ['an address between letters', 'x10.0.0.1 and 10.0.0.1_a', /^xaddr-[0-9a-f]{6} and addr-[0-9a-f]{6}_a$/],
    ['a registry', 'pull ghcr.io/acme/app:1.2', /^pull host-[0-9a-f]{6}\/acme\/app:1\.2$/],
    ['a host in capitals', 'GET https://API.Acme.INTERNAL/v1', /^GET https:\/\/host-[0-9a-f]{6}\/v1$/],
  ])('hide %s', (_what, text, shown) => {
    const names = createPseudonyms(key, []);
    expect(names.hide(text)).toMatch(shown);
    expect(names.restore(names.hide(text))).toBe(text);
  });

  it.each([
    'status.containerStatuses.lastState.terminated.reason',
    'cpu.usage@shop/Deployment/web 12.5 %, usual 3.2 to 4.1 since 14:03:22',
    'redis.shop.svc.cluster.local refused; main.py line 3, v1.37.2, 256Mi',
    'sli.err at 2026-01-05T14:00:00Z, sha256:0a1b2c3d4e5f60718293',
  ])('leave what tells nothing about anybody: %s', (text) => {
    expect(createPseudonyms(key, []).hide(text)).toBe(text);
  });

  it('hide names marked private, in any case, within pod names and as environment variables', () => {
    const names = createPseudonyms(key, ['project-apollo', 'apollo']);
    const text = 'project-apollo/web: PROJECT_APOLLO_SERVICE_HOST, pod apollo-7c9f-x2 and apollonia';
    const hidden = names.hide(text);
    expect(hidden).toMatch(
      /^name-[0-9a-f]{6}\/web: name-[0-9a-f]{6}_SERVICE_HOST, pod name-[0-9a-f]{6}-7c9f-x2 and apollonia$/,
    );
    expect(names.restore(hidden)).toBe(text);
  });

  it('bring back a private name inside a private host', () => {
    const names = createPseudonyms(key, ['apollo']);
    const hidden = names.hide('lookup apollo.acme.com');
    expect(hidden).not.toMatch(/apollo|acme/);
    expect(names.restore(hidden)).toBe('lookup apollo.acme.com');
  });

  it('give the same thing the same pseudonym within an incident, and another in another', () => {
    const one = createPseudonyms(key, []);
    const other = createPseudonyms({ ...key, incident: 'inc-2' }, []);
    expect(one.hide('10.0.0.1')).toBe(one.hide('10.0.0.1'));
    expect(one.hide('10.0.0.1')).not.toBe(one.hide('10.0.0.2'));
    expect(one.hide('10.0.0.1')).not.toBe(other.hide('10.0.0.1'));
  });

  it('leave a pseudonym that nobody handed out', () => {
    expect(createPseudonyms(key, []).restore('addr-ffffff did it')).toBe('addr-ffffff did it');
  });

  it('keep things apart whose digests begin alike', () => {
    const names = createPseudonyms(key, []);
    const texts = Array.from({ length: 20_000 }, (_, at) => `10.${at >> 16}.${(at >> 8) & 255}.${at & 255}`);
    const hidden = texts.map((text) => names.hide(text));
    expect(new Set(hidden).size).toBe(texts.length);
    expect(hidden.map((text) => names.restore(text))).toEqual(texts);
  });

  const separator = fc.constantFrom(' ', '/', ', ', '"', '=', '(', '; ');
  const privateThing = fc.oneof(
    fc.ipV4(),
    fc.ipV6(),
    fc.emailAddress({ size: 'small' }),
    fc.constantFrom('db.acme.com', 'vault.corp', 'project-apollo'),
  );
  it('let no private thing through, wherever it stands, and bring it back', () => {
    const names = createPseudonyms(key, ['project-apollo']);
    fc.assert(
      fc.property(fc.lorem(), separator, privateThing, separator, fc.lorem(), (before, left, what, right, after) => {
        const text = `${before}${left}${what}${right}${after}`;
        const hidden = names.hide(text);
        expect(hidden).not.toContain(what);
        expect(names.restore(hidden)).toBe(text);
      }),
      { numRuns: 500 },
    );
  });
});
