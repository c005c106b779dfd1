import { describeApi } from './describe-api.ts';
import { openSandbox } from './sandbox-subject.ts';

describeApi('the sandbox', openSandbox);
