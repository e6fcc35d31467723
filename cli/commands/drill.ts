import { renderDrillReport, type DrillReport } from '../../lib/drill/report.ts';
import { EXIT, UsageError, type Command } from '../command.ts';
import { FunctionFailedError, functionsOf, PLACE_OPTIONS, type Invoke } from '../functions.ts';
import { BY_OPTION, doerOf } from '../operator.ts';

export const drill: Command = {
  name: 'drill',
  summary: 'Rehearse a failover: every read and every check, and no write at the provider',
  usage: 'TARGET',
  details: `
Prints the report, in Markdown or as JSON; ends with 1 when the target is not ready. It runs beside everything else and changes nothing.

  understudy drill payments-polardb > report.md`,
  options: { ...BY_OPTION, ...PLACE_OPTIONS },
  async run(context, args) {
    const invoke = await functionsOf(context, args);
    const report = await rehearsed(invoke, { targetId: args.positionals[0] ?? '', requestedBy: doerOf(context, args) });
    context.print(context.json ? JSON.stringify(report, undefined, 2) : renderDrillReport(report));
    return report.outcome === 'ready' ? EXIT.ok : EXIT.no;
  },
};

async function rehearsed(invoke: Invoke, request: { targetId: string; requestedBy: string }): Promise<DrillReport> {
  try {
    return (await invoke('drill', request)) as DrillReport;
  } catch (error) {
    if (error instanceof FunctionFailedError && error.type === 'UnknownTargetError')
      throw new UsageError(`There is no target ${request.targetId} in what is deployed. See understudy status.`, { cause: error });
    throw error;
  }
}
