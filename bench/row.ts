/** One measured number, and what it is held against. */
export interface Row {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** This value as a share of (or how many times) what it is measured against, in the same run. */
  readonly ratio?: number;
  /** What that is. */
  readonly against?: string;
  /** What was promised, in words: `at least 100,000`. */
  readonly goal?: string;
}
