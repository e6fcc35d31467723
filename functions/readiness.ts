import { framed } from '../lib/handler.ts';
import { checkReadiness } from '../lib/watch/readiness-step.ts';

export const handler = framed('readiness', ({ services }) => checkReadiness(services));
