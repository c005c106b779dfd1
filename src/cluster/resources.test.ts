import { describe, expect, it } from 'vitest';
import { isNamespaced, isViewKind, pathOf, placeOf, schemaOf, viewKinds } from './resources.ts';

describe('the kinds that are watched', () => {
  it('hold no Secret', () => {
    expect(viewKinds.map((kind) => placeOf(kind).plural)).not.toContain('secrets');
    expect(isViewKind('Secret')).toBe(false);
  });

  it.each(['constructor', 'toString', '', 'pod'])('do not hold %j', (kind) => {
    expect(isViewKind(kind)).toBe(false);
  });

  it.each(viewKinds)('%s is read from an object with only a name', (kind) => {
    expect(schemaOf(kind).safeParse({ metadata: { name: 'x' }, involvedObject: {} }).success).toBe(true);
  });

  it.each(viewKinds)('%s is not read from an object without a name', (kind) => {
    expect(schemaOf(kind).safeParse({ metadata: {}, involvedObject: {} }).success).toBe(false);
  });

  it('keep only fields that are read', () => {
    const read = schemaOf('ConfigMap').parse({ metadata: { name: 'x' }, data: { key: 'value' }, binaryData: {} });

    expect(read).toEqual({ metadata: { name: 'x' } });
  });

  it('lie in namespaces, but for nodes and namespaces', () => {
    expect(viewKinds.filter((kind) => !isNamespaced(kind)).toSorted()).toEqual(['Namespace', 'Node']);
  });
});

describe('the path of a resource', () => {
  const deployments = placeOf('Deployment');

  it('is under api for the core group and under apis for others', () => {
    expect(pathOf(placeOf('Pod'), '')).toBe('/api/v1/pods');
    expect(pathOf(deployments, 'shop')).toBe('/apis/apps/v1/namespaces/shop/deployments');
  });

  it('leads to an object and its subresource', () => {
    expect(pathOf(deployments, 'shop', 'cart', 'scale')).toBe('/apis/apps/v1/namespaces/shop/deployments/cart/scale');
  });

  it('cannot be led elsewhere by a name', () => {
    expect(pathOf(deployments, '../kube-system', 'a/b?c=d#e')).toBe(
      '/apis/apps/v1/namespaces/..%2Fkube-system/deployments/a%2Fb%3Fc%3Dd%23e',
    );
  });
});
