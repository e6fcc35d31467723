import { polardbContract } from './polardb-contract.ts';
import { providerContract } from './provider-contract.ts';

providerContract(polardbContract());
