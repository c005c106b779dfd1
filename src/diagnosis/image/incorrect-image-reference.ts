// IMG-001: repository, tag, digest or syntax of an image is wrong.
import type { Cause } from '../../model/cause.ts';
import { changeOf, containerChanged, containerIn } from '../change.ts';
import { field, fromFinding, measured, reported } from '../fact.ts';
import { weigh, type Check } from '../proof.ts';
import { rollback } from '../remedy.ts';
import { factOf, livePods, podEvents, waiting } from '../signs.ts';

const waits = ['ErrImagePull', 'ImagePullBackOff', 'InvalidImageName'];
const wrongReference =
  /not found|repository does not exist|manifest unknown|invalid reference format|Failed to apply default image tag|couldn't parse image|no such host/i;
/** These name another cause: credentials, limits, or a registry that is away. */
const otherCause = /\b429\b|toomanyrequests|rate limit|unauthorized|x509|i\/o timeout|connection refused|\b50[234]\b/i;

export const incorrectImageReference: Cause = {
  code: 'IMG-001',
  cause: 'incorrect_image_reference',
  title: 'image does not exist',
  gate: 5,
  verify: ['V-roll'],
  metricOnly: false,
  diagnose(context) {
    const { view, subject } = context;
    const pods = livePods(view, subject);
    const stuck = waiting(pods, waits);
    const [first] = stuck;
    if (first === undefined) return null;
    const name = first.status.name;
    const events = podEvents(
      view,
      pods,
      ['Failed', 'InspectFailed'],
      /Failed to pull image|Failed to apply default image tag|InvalidImageName/i,
    );
    const told = [...stuck.map((one) => one.message), ...events.map((one) => one.message ?? '')];
    const naming = told.some((one) => wrongReference.test(one) && !otherCause.test(one));
    if (!naming && told.some((one) => otherCause.test(one))) return null;
    const change = changeOf(view, subject);
    const changed = change === undefined ? null : containerChanged(change, name, (one) => one.image);
    const image = containerIn(view.workload(subject)?.template ?? {}, name)?.image ?? first.status.image ?? '';
    const before = change === undefined ? undefined : containerIn(change.previous.template, name)?.image;
    const finding = factOf(context, subject, 'image-pull-failed');
    const event = events.at(-1);
    const checks: Check[] = [
      {
        holds: true,
        fact: measured(
          field(subject, `pods status.containerStatuses[${name}].state.waiting.reason`),
          view.asOfMs,
          `container ${name} of ${new Set(stuck.map((one) => one.pod.metadata.name)).size} of ${pods.length} pods waits: ${first.reason}`,
        ),
      },
      {
        holds: naming ? true : null,
        settle: 'the message of the failed pull (events of the pod)',
        fact:
          event === undefined
            ? measured(
                field(subject, `pods status.containerStatuses[${name}].state.waiting.message`),
                view.asOfMs,
                `the kubelet says: ${first.message.slice(0, 200)}`,
              )
            : reported(event, `the kubelet says: ${(event.message ?? '').slice(0, 200)}`, view.asOfMs),
      },
      {
        holds: changed,
        settle: 'an earlier revision with an image that ran',
        fact: measured(
          field(subject, `spec.template.spec.containers[${name}].image`),
          change?.current.createdAtMs ?? view.asOfMs,
          changed === true
            ? `revision ${change?.current.number ?? '?'} changed the image of ${name} from ${before ?? 'none'} to ${image}`
            : `the image ${image} is the same as before: the tag may be gone from the registry`,
        ),
      },
    ];
    if (finding !== undefined) checks.push({ holds: true, fact: fromFinding(finding) });
    const neverReady = change !== undefined && change.current.readyReplicas === 0;
    return {
      root: subject,
      ...weigh(checks),
      remedies:
        change !== undefined && changed === true && neverReady
          ? [
              rollback(
                subject,
                change,
                `revision ${change.current.number} never had a ready pod; revision ${change.previous.number} ran ${before ?? 'another image'}`,
                'all pods run and are ready on the former image',
              ),
            ]
          : [],
      advice: [
        `the image ${image} of container ${name} cannot be pulled; push it, or name one that exists: kubectl -n ${subject.namespace} set image ${subject.kind.toLowerCase()}/${subject.name} ${name}=<image>`,
      ],
    };
  },
};
