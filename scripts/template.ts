/** A CloudFormation template, as far as the scripts read it. */
export interface Template {
  readonly Resources: Record<string, Resource>;
  readonly Conditions?: Readonly<Record<string, unknown>>;
  readonly Parameters?: Readonly<Record<string, unknown>>;
  readonly Outputs?: Readonly<Record<string, unknown>>;
}
export interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly DependsOn?: string | readonly string[];
  readonly Condition?: string;
}

/** A fault of a template: where, and what is wrong, in half a sentence. */
export interface Finding {
  readonly path: string;
  readonly fault: string;
}
