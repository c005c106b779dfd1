import { describe, expect, it } from 'vitest';
import { routeOf } from './route.ts';

describe('a URL of the API', () => {
  it.each([
    ['/api/v1/pods', { group: '', plural: 'pods', namespace: '', name: '', subresource: '' }],
    [
      '/api/v1/namespaces/shop/pods/web-1/log',
      { plural: 'pods', namespace: 'shop', name: 'web-1', subresource: 'log' },
    ],
    ['/api/v1/namespaces/shop', { plural: 'namespaces', namespace: '', name: 'shop' }],
    ['/api/v1/namespaces/shop/status', { plural: 'namespaces', namespace: '', name: 'shop', subresource: 'status' }],
    [
      '/apis/apps/v1/namespaces/shop/deployments/web/scale',
      { group: 'apps', namespace: 'shop', name: 'web', subresource: 'scale' },
    ],
    ['/api/v1/namespaces/shop/configmaps/a%2Fb', { name: 'a/b' }],
    ['/api/v1/nodes/node-1', { plural: 'nodes', name: 'node-1' }],
  ])('%s', (path, route) => {
    expect(routeOf(path)).toMatchObject(route);
    expect(routeOf(path)?.definition).toBeDefined();
  });

  it('has no definition for what is not served', () => {
    expect(routeOf('/apis/example.com/v1/things')?.definition).toBeUndefined();
    expect(routeOf('/apis/apps/v1beta1/deployments')?.definition).toBeUndefined();
  });

  it.each(['/', '/api', '/api/v1', '/apis/apps/v1', '/metrics', '/api/v1/namespaces/a/pods/b/log/c'])(
    '%s is none',
    (path) => {
      expect(routeOf(path)).toBeNull();
    },
  );
});
