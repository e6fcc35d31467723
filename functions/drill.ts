import { framed } from '../lib/handler.ts';
import { runDrill, type DrillRequest } from '../lib/drill/step.ts';

export const handler = framed('drill', ({ services }, { targetId, requestedBy = 'schedule' }: Partial<DrillRequest>) =>
  runDrill(services, { targetId: String(targetId), requestedBy }),
);
