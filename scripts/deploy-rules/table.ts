import { at, resourcesOf } from '../template.ts';
import type { Finding, Template } from '../template.ts';

/** The table is the arbiter and the evidence: encrypted, restorable, not deleted by accident. */
export function tableRules(template: Template): readonly Finding[] {
  return resourcesOf(template, 'AWS::DynamoDB::Table').flatMap(({ id, properties, resource }) => {
    const checks: readonly (readonly [boolean, string])[] = [
      [at(properties, 'PointInTimeRecoverySpecification', 'PointInTimeRecoveryEnabled') !== true, 'has no point-in-time recovery'],
      [at(properties, 'SSESpecification', 'SSEEnabled') !== true, 'is not encrypted under a KMS key'],
      [properties['DeletionProtectionEnabled'] !== true, 'has no deletion protection'],
      [resource.DeletionPolicy !== 'Retain' || resource.UpdateReplacePolicy !== 'Retain', 'goes when the stack goes'],
      [properties['BillingMode'] !== 'PAY_PER_REQUEST', 'can be throttled by its provisioned capacity'],
      [at(properties, 'TimeToLiveSpecification', 'Enabled') !== true, 'never forgets: it has no time to live'],
    ];
    return checks.filter(([broken]) => broken).map(([, fault]) => ({ path: id, fault }));
  });
}
