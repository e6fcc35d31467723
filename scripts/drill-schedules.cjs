// serverless.yml can only load CommonJS here; the code is in drill-schedules.ts.
const { dirname } = require('node:path');

module.exports = async ({ options, resolveVariable }) => {
  const { drillEvents } = await import('./drill-schedules.ts');
  const stage = resolveVariable === undefined ? options.stage : await resolveVariable('sls:stage');
  return drillEvents(stage, dirname(__dirname));
};
