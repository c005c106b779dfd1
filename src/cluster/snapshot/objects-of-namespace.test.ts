import { expect, it } from 'vitest';
import { ofEachKind, type ObjectOf } from '../resources.ts';
import type { ViewKind } from '../../model/view.ts';
import { objectsOfNamespace } from './objects-of-namespace.ts';

const object = (name: string, namespace?: string) => ({
  metadata: { name, ...(namespace === undefined ? {} : { namespace }) },
});
const none = ofEachKind(<Kind extends ViewKind>() => new Map<string, ObjectOf<Kind>>());
const picture = {
  ...none,
  Pod: new Map([
    ['shop/cart', object('cart', 'shop')],
    ['shop-two/cart', object('cart', 'shop-two')],
    ['web/cart', object('cart', 'web')],
  ]),
  ConfigMap: new Map([['web/settings', object('settings', 'web')]]),
  Node: new Map([['/node-1', object('node-1')]]),
};

it('keeps what lies in the namespace, not in one whose name begins alike', () => {
  expect([...objectsOfNamespace(picture, 'shop').Pod.keys()]).toEqual(['shop/cart']);
});

it('keeps what belongs to no namespace', () => {
  expect([...objectsOfNamespace(picture, 'shop').Node.keys()]).toEqual(['/node-1']);
});

it('holds every kind, with nothing in it where the namespace has none', () => {
  const kept = objectsOfNamespace(picture, 'shop');
  expect(Object.keys(kept)).toEqual(Object.keys(none));
  expect(kept.ConfigMap.size).toBe(0);
});
