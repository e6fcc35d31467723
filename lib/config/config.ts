import type { ConditionClass, Severity } from '../alert/alert.ts';
import type { SourceSettings } from '../alert/source.ts';
import type { ChannelSettings } from '../notify/channel.ts';

/** The configuration after parsing: durations are milliseconds, everything optional has its default. Written in `understudy.yml`. */
export interface Config {
  readonly version: 1;
  /** SHA-256 of the source text: recorded with every verdict. */
  readonly hash: string;
  readonly targets: Readonly<Record<string, Target>>;
  readonly policies: Readonly<Record<string, Policy>>;
  readonly channels: Readonly<Record<string, ChannelSettings>>;
  readonly sources: Readonly<Record<string, ConfiguredSource>>;
  readonly fleet: Fleet;
}

export interface ConfiguredSource extends SourceSettings {
  /** Which source file understands it; the key in `sources` is the path segment of its webhook. */
  readonly kind: string;
  /** How its webhook deliveries prove themselves: any one suffices. Empty: its webhook is closed. */
  readonly auth: readonly SourceAuth[];
}
/** `secret`s are references, never values. */
export type SourceAuth =
  | { readonly kind: 'bearer'; readonly secret: string }
  | { readonly kind: 'basic'; readonly username: string; readonly secret: string }
  | {
      readonly kind: 'hmac';
      readonly secret: string;
      readonly header: string;
      readonly timestampHeader?: string;
      readonly prefix?: string;
      readonly toleranceMs: number;
    }
  | { readonly kind: 'path'; readonly secret: string }
  /** www.standardwebhooks.com: id, time and body are signed; the id is remembered, so a replay is no second delivery. */
  | { readonly kind: 'standard-webhooks'; readonly secret: string; readonly toleranceMs: number }
  /** `toleranceMs`: how old a message may be by its own signed time; retries carry the time of the first attempt. */
  | { readonly kind: 'sns'; readonly topicArns: readonly string[]; readonly toleranceMs: number }
  | {
      readonly kind: 'smn';
      readonly topicUrns: readonly string[];
      readonly toleranceMs: number;
      /** PEM texts (a certificate is public), or references to where they are kept. Nothing is ever fetched. */
      readonly certificates: readonly string[];
      /** The pin: SHA-256 of the certificates that count, 64 lower-case hex characters each. */
      readonly fingerprints: readonly string[];
    };

export interface Target {
  readonly id: string;
  readonly description: string;
  readonly provider: 'gaussdb' | 'polardb' | 'polardb-gdn';
  /** `shadow`: decide and tell, never act: the default of a new target. */
  readonly mode: 'shadow' | 'act';
  readonly policyName: string;
  /** Ids by which alerts name it. `key` limits the match to that field or label. */
  readonly identities: readonly { readonly key?: string; readonly value: string }[];
  readonly gaussdb?: GaussdbSettings;
  readonly polardb?: PolardbSettings;
  readonly gdn?: GdnSettings;
  /** The database's own endpoint, for our own probe. */
  readonly probe?: { readonly host: string; readonly port: number; readonly tls: boolean; readonly timeoutMs: number };
  readonly channels: readonly string[];
  readonly hooks: { readonly before: readonly Hook[]; readonly after: readonly Hook[] };
  /** Drill schedule: AWS six-field cron or rate, with an IANA zone. */
  readonly drill?: { readonly schedule: string; readonly zone: string };
}
export interface Hook {
  readonly name: string;
  readonly url: string;
  readonly secret: string;
  readonly timeoutMs: number;
  readonly attempts: number;
  readonly onFailure: 'stop' | 'continue';
}

/** A credential is a secret reference whose value is `accessKeyId:secretAccessKey[:securityToken]`. */
export interface GaussdbSettings {
  readonly region: string;
  /** Of the DR region: failover is only taken there (provider-contracts §1.2). `https://host[:port]`. */
  readonly endpoint: string;
  readonly projectId: string;
  /** The DR instance's id. */
  readonly instanceId: string;
  readonly auth: { readonly kind: 'aksk'; readonly secret: string } | { readonly kind: 'token'; readonly secret: string };
  readonly disasterType: 'stream';
  readonly supportRestore: boolean;
}
export interface PolardbSettings {
  readonly regionId: string;
  readonly endpoint: string;
  readonly clusterId: string;
  readonly secret: string;
  readonly targetNodeId?: string;
  readonly preferredZone?: string;
  readonly rollBackForDisaster?: boolean;
  readonly targetZoneType?: 'Primary' | 'Standby';
}
export interface GdnSettings {
  readonly regionId: string;
  readonly endpoint: string;
  readonly gdnId: string;
  /** The cluster that is to become primary. */
  readonly clusterId: string;
  readonly secret: string;
  readonly forced: boolean;
}

export interface Policy {
  readonly name: string;
  /** Any of them may meet. */
  readonly criteria: readonly Criterion[];
  readonly guards: Guards;
}
export interface Criterion {
  readonly name: string;
  /** Empty: any source. Names of `sources` in the configuration. */
  readonly sources: readonly string[];
  /** Exact names; empty: any. */
  readonly names: readonly string[];
  readonly classes: readonly ConditionClass[];
  readonly severities: readonly Severity[];
  /** Label matchers as in Alertmanager: `env="prod"`, `team!="x"`, `instance=~"db-.+"`, `job!~"test.*"`. */
  readonly match: readonly Matcher[];
  readonly quorum: {
    readonly alerts: number;
    /** Distinct observers, the own probe included if `probe` is true (rule 1). */
    readonly observers: number;
    /** Alerts must have begun within this of each other. */
    readonly windowMs: number;
    /** Whether our own probe may be one of the observers. */
    readonly probe: boolean;
  };
  /** Dwell: firing without a break for this long (rule 2). */
  readonly forMs: number;
  /** An alert older than this by its own time is recorded and never acted on (rule 3). */
  readonly maxAgeMs: number;
}
export interface Matcher {
  readonly label: string;
  readonly op: '=' | '!=' | '=~' | '!~';
  readonly value: string;
}
export interface Guards {
  readonly coolDownMs: number;
  readonly failoversPerDay: number;
  /** Rule 10. */
  readonly maxLagMs: number;
  /** What to do when the lag is over the limit. */
  readonly overLag: 'hold' | 'ask';
  /** Time the provider's own HA has before we act, from the start of the episode. */
  readonly providerGraceMs: number;
  readonly approval: Approval;
  readonly maintenance: readonly MaintenanceWindow[];
  readonly freezes: readonly { readonly fromMs: number; readonly toMs: number; readonly reason: string }[];
  /** How far a sender's clock may be ahead of ours. */
  readonly allowedSkewMs: number;
}
export interface Approval {
  readonly required: boolean;
  readonly approvers: readonly string[];
  /** N of M. */
  readonly count: number;
  readonly expiresMs: number;
}
export interface MaintenanceWindow {
  readonly name: string;
  /** Five-field cron of the window's start. */
  readonly cron: string;
  readonly durationMs: number;
  readonly zone: string;
}
/** Rule 12. */
export interface Fleet {
  readonly brake: {
    /** More than this many failovers … */
    readonly failovers: number;
    /** … in this time, */
    readonly windowMs: number;
    /** or this share (percent) of all targets alarming at once: stop all automation. */
    readonly alarmingPercent: number;
    /** A share means nothing below this many alarming targets. */
    readonly alarmingMin: number;
  };
}
