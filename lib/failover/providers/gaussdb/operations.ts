import type { Operation } from '../../provider.ts';

/** A state of the DR side: its role, and the vendor's words for relation and monitor (provider contracts §1.4, §1.5). */
export interface VendorState {
  readonly role?: 'standby' | 'primary';
  readonly relation?: readonly string[];
  readonly monitor?: readonly string[];
}

/** Everything that differs between the operations; the code around it is the same for all. */
export interface OperationRow {
  /** Last segment of the path. */
  readonly path: string;
  /** In which the operation is lawful, and which proves, when it is still there after the quiet time, that nothing happened. */
  readonly before: Required<Pick<VendorState, 'role' | 'relation'>> & VendorState;
  /** While it runs: any of these words is enough. */
  readonly during: Required<Pick<VendorState, 'relation' | 'monitor'>>;
  /** After it: all of these words must be seen. */
  readonly after: VendorState;
  /** Any of these words says that it failed. */
  readonly failed: Required<Pick<VendorState, 'relation' | 'monitor'>>;
  /** Whether a DR record's action is this operation's. Documented for the first two; the rest is recognised by word (§1.6). */
  readonly record: RegExp;
  /** Whether it needs an engine of V2.0-3.200 at least (§1.3). */
  readonly needsNewEngine: boolean;
  /** Whether the DR instance becomes the writer. */
  readonly promotes: boolean;
}

const STREAMING = { role: 'standby', relation: ['normal'], monitor: ['recovery'] } as const;

export const OPERATION_ROWS: Readonly<Record<Operation, OperationRow>> = {
  failover: {
    path: 'failover',
    before: STREAMING,
    during: { relation: ['pending'], monitor: ['promote'] },
    after: { relation: ['failover', 'completed'], monitor: ['normal'] },
    failed: { relation: ['failed'], monitor: ['promote_fail'] },
    record: /^dr_stream_failover(_result)?$/,
    needsNewEngine: false,
    promotes: true,
  },
  switchover: {
    path: 'switchover',
    before: STREAMING,
    during: { relation: ['pending'], monitor: ['switchover'] },
    after: { role: 'primary', relation: ['normal'] },
    failed: { relation: ['failed'], monitor: [] },
    record: /^dr_stream_switchover/,
    needsNewEngine: false,
    promotes: true,
  },
  restore: {
    path: 'restore',
    before: { role: 'primary', relation: ['failover'] },
    during: { relation: ['pending', 'pre_checking'], monitor: ['full_backup', 'restore'] },
    after: { role: 'primary', relation: ['normal'] },
    failed: { relation: ['failed', 'pre_check_failed'], monitor: ['backup_fail', 'archive_fail'] },
    record: /^dr_stream_re(?!lease)/,
    needsNewEngine: true,
    promotes: false,
  },
  'simulation-start': {
    path: 'simulation-start',
    before: STREAMING,
    during: { relation: ['pending'], monitor: [] },
    after: { relation: ['simulation'] },
    failed: { relation: ['failed'], monitor: [] },
    record: /simulat.*start|start.*simulat/,
    needsNewEngine: true,
    promotes: false,
  },
  'simulation-stop': {
    path: 'simulation-stop',
    before: { role: 'standby', relation: ['simulation'] },
    during: { relation: ['pending'], monitor: ['restore'] },
    after: { role: 'standby', relation: ['normal'], monitor: ['recovery'] },
    failed: { relation: ['failed'], monitor: ['restore_fail', 'recovery_fail'] },
    record: /simulat.*stop|stop.*simulat/,
    needsNewEngine: true,
    promotes: false,
  },
};
