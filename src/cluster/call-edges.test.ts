import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aContainer, aDeployment, aService, aView } from '../../test/builders/view.ts';
import { servicesIn } from './call-edges.ts';

const known = new Set(['shop/cart', 'pay/ledger', 'shop/db']);

describe('the Services that a text addresses', () => {
  it.each([
    ['http://cart', ['shop/cart']],
    ['http://cart:8080/api', ['shop/cart']],
    ['cart:8080', ['shop/cart']],
    ['ledger.pay:9000', ['pay/ledger']],
    ['http://ledger.pay.svc.cluster.local/x', ['pay/ledger']],
    ['ledger.pay.svc', ['pay/ledger']],
    ['postgres://user:secret@db:5432/shop?sslmode=off', ['shop/db']],
    ['--upstream=http://cart:8080,http://ledger.pay:9000', ['shop/cart', 'pay/ledger']],
    ['--db=db:5432', ['shop/db']],
  ])('in %j', (text, expected) => {
    expect(servicesIn(text, 'shop', known)).toEqual(expected);
  });

  it.each([
    'cart',
    'the cart is full',
    'http://cart.example.com',
    'https://ledger.pay.example.org:443',
    'nobody:80',
    '',
  ])('are none in %j', (text) => {
    expect(servicesIn(text, 'shop', known)).toEqual([]);
  });

  it('looks up a bare name in the namespace of the caller only', () => {
    expect(servicesIn('http://cart', 'pay', known)).toEqual([]);
  });

  it('takes any text, in a time that grows with its length', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 4_096 }), (text) => {
        for (const found of servicesIn(text, 'shop', known)) expect(known.has(found)).toBe(true);
      }),
    );
    for (const part of ['a', 'a-', 'a.', ':', '://', '@', 'a:1'])
      servicesIn(part.repeat(4_096 / part.length), 'shop', known);
  });
});

describe('who calls whom', () => {
  const caller = (name: string, over: Parameters<typeof aContainer>[0]): ReturnType<typeof aDeployment> =>
    aDeployment({ name, containers: [aContainer(over)] });
  const cartRef = { kind: 'Deployment', namespace: 'shop', name: 'cart' };

  it('is read from env, with where it stood', () => {
    const front = caller('front', { env: [{ name: 'CART_URL', value: 'http://cart:8080' }] });

    const view = aView({ Deployment: [front, aDeployment()], Service: [aService('cart')] });

    expect(view.callersOf(cartRef)).toEqual([
      {
        caller: { kind: 'Deployment', namespace: 'shop', name: 'front' },
        callee: cartRef,
        service: 'shop/cart',
        via: 'app env CART_URL',
      },
    ]);
    expect(view.calleesOf({ ...cartRef, name: 'front' })).toHaveLength(1);
  });

  it('is read from command and args', () => {
    const front = caller('front', { command: ['serve'], args: ['--upstream=cart:8080'] });

    const view = aView({ Deployment: [front, aDeployment()], Service: [aService('cart')] });

    expect(view.callersOf(cartRef)[0]?.via).toBe('app arg 1');
  });

  it('is one edge however often the address is repeated', () => {
    const env = ['A', 'B', 'C'].map((name) => ({ name, value: 'http://cart' }));

    const view = aView({ Deployment: [caller('front', { env }), aDeployment()], Service: [aService('cart')] });

    expect(view.calls).toHaveLength(1);
  });

  it('never leads from a workload to itself', () => {
    const self = caller('cart', { env: [{ name: 'SELF', value: 'http://cart' }] });

    expect(aView({ Deployment: [self], Service: [aService('cart')] }).calls).toEqual([]);
  });

  it('does not read values of unusual length', () => {
    const front = caller('front', { env: [{ name: 'BLOB', value: `http://cart ${'x'.repeat(5_000)}` }] });

    expect(aView({ Deployment: [front, aDeployment()], Service: [aService('cart')] }).calls).toEqual([]);
  });

  it('leads to nobody through a Service that selects nothing', () => {
    const front = caller('front', { env: [{ name: 'URL', value: 'http://cart' }] });

    const view = aView({ Deployment: [front, aDeployment()], Service: [aService('cart', 'shop', { selector: {} })] });

    expect(view.calls).toEqual([]);
  });
});
