/** What happens at the provider, for a live timeline. `by`: a request asked for it, or the vendor's own HA or another person did. */
export interface SimulatorEvent {
  readonly atMs: number;
  readonly vendor: 'gaussdb' | 'polardb';
  readonly kind: 'started' | 'progress' | 'finished' | 'failed' | 'outage';
  /** The vendor's word for the operation: `failover`, `FailoverDBCluster`, … */
  readonly operation: string;
  /** What is promoted: a GaussDB instance, a PolarDB cluster or a global database network. */
  readonly id: string;
  /** Whether a standby becomes the writer by it; a rebuild or a log cache does not. */
  readonly promotion: boolean;
  readonly by: 'request' | 'vendor';
  /** 0 to 100. */
  readonly percent: number;
  readonly detail: string;
}
