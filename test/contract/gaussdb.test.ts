import { gaussdbContract } from './gaussdb-contract.ts';
import { providerContract } from './provider-contract.ts';

providerContract(gaussdbContract);
