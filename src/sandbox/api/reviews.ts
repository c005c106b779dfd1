// Access and token reviews: POSTs that store nothing and answer from the identities of this server.
import { type Attributes, type Identities, type Identity, isAllowed } from './identity.ts';
import { invalid, requiredValue } from './failure.ts';
import { isList, isTree, textAt, type Tree, treeAt } from './tree.ts';

const kinds: Readonly<Record<string, string>> = {
  'authorization.k8s.io/selfsubjectaccessreviews': 'SelfSubjectAccessReview',
  'authorization.k8s.io/subjectaccessreviews': 'SubjectAccessReview',
  'authentication.k8s.io/selfsubjectreviews': 'SelfSubjectReview',
  'authentication.k8s.io/tokenreviews': 'TokenReview',
};

export const reviewResources = Object.entries(kinds).map(([path, kind]) => {
  const [group = '', plural = ''] = path.split('/');
  return { group, plural, kind };
});

export function isReview(group: string, plural: string): boolean {
  return kinds[`${group}/${plural}`] !== undefined;
}

export function review(group: string, plural: string, body: Tree, asker: Identity, identities: Identities): Tree {
  const kind = kinds[`${group}/${plural}`] ?? '';
  const answer = (status: Tree): Tree => ({
    kind,
    apiVersion: `${group}/v1`,
    metadata: { creationTimestamp: null },
    ...(isTree(body['spec']) ? { spec: body['spec'] } : {}),
    status,
  });
  const userInfo = (identity: Identity): Tree => ({
    username: identity.user,
    groups: [...identity.groups, 'system:authenticated'],
  });
  const spec = treeAt(body, 'spec');
  switch (kind) {
    case 'SelfSubjectReview':
      return answer({ userInfo: userInfo(asker) });
    case 'TokenReview': {
      const found = identities.byToken(textAt(spec, 'token'));
      if (found === undefined) return answer({ user: {}, error: '[invalid bearer token, unknown token]' });
      return answer({ authenticated: true, user: userInfo(found) });
    }
    case 'SelfSubjectAccessReview':
      return answer(ruling(asker, spec));
    default: {
      const user = textAt(spec, 'user');
      const groups = isList(spec['groups']) ? spec['groups'].filter((one) => typeof one === 'string') : [];
      if (user === '' && groups.length === 0)
        throw invalid({ group, plural, kind }, '', [
          requiredValue('spec.user', 'at least one of user or group must be specified'),
        ]);
      const found = identities.byUser(user);
      return answer(ruling(found ?? { user, groups, token: '', rules: [] }, spec));
    }
  }
}

function ruling(identity: Identity, spec: Tree): Tree {
  const wanted = treeAt(spec, 'resourceAttributes');
  if (spec['resourceAttributes'] === undefined && spec['nonResourceAttributes'] === undefined)
    throw invalid({ group: 'authorization.k8s.io', plural: '', kind: 'SelfSubjectAccessReview' }, '', [
      requiredValue('spec.resourceAttributes', 'exactly one of nonResourceAttributes or resourceAttributes'),
    ]);
  const attributes: Attributes = {
    verb: textAt(wanted, 'verb'),
    group: textAt(wanted, 'group'),
    resource: textAt(wanted, 'resource'),
    subresource: textAt(wanted, 'subresource'),
    namespace: textAt(wanted, 'namespace'),
    name: textAt(wanted, 'name'),
  };
  const allowed = isAllowed(identity, attributes);
  return allowed ? { allowed, reason: `allowed for User ${JSON.stringify(identity.user)}` } : { allowed };
}
