import type { Config } from '../../lib/config/config.ts';
import type { Finding, Template } from '../template.ts';
import { functionRules } from './functions.ts';
import { grantRules } from './grants.ts';
import { queueRules } from './queues.ts';
import { secretRules } from './secrets.ts';
import { tableRules } from './table.ts';

/** What a valid template can still have wrong: everything that would lose an alert silently, allow more than is needed, or less. */
export function deployFindings(template: Template, config: Config): readonly Finding[] {
  return [...[queueRules, grantRules, functionRules, tableRules].flatMap((rules) => rules(template)), ...secretRules(template, config)];
}
