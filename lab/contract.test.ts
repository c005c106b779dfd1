import { describeApi } from '../test/contract/describe-api.ts';
import { openContractPlane } from './contract-plane.ts';

describeApi('the real control plane', openContractPlane);
