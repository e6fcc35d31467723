import { framed } from '../lib/handler.ts';
import { operate } from '../lib/operate/step.ts';

export const handler = framed('operator', ({ services }, request: unknown) => operate(services, request));
