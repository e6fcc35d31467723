import { polardbGdnContract } from './polardb-gdn-contract.ts';
import { providerContract } from './provider-contract.ts';

providerContract(polardbGdnContract());
