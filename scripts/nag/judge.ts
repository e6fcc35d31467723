import type { Accepted } from './accepted.ts';

/** As tools/nag/nag.mjs prints it. */
export interface NagFinding {
  readonly rule: string;
  /** Logical id. */
  readonly resource: string;
  readonly says: string;
}
export interface NagReport {
  readonly resources: number;
  readonly findings: readonly NagFinding[];
}

export interface Judgement {
  /** Findings that nothing accepts. */
  readonly open: readonly NagFinding[];
  /** What is accepted and was not found. */
  readonly idle: readonly Accepted[];
}

export function judge(findings: readonly NagFinding[], accepted: readonly Accepted[]): Judgement {
  const covers = ({ rule, resource }: Accepted, finding: NagFinding): boolean => rule.test(finding.rule) && resource.test(finding.resource);
  return {
    open: findings.filter((finding) => !accepted.some((each) => covers(each, finding))),
    idle: accepted.filter((each) => !findings.some((finding) => covers(each, finding))),
  };
}
