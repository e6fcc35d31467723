import { framed } from '../lib/handler.ts';
import { watch } from '../lib/watch/step.ts';

export const handler = framed('watchdog', ({ services }) => watch(services));
