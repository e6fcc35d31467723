import type { Channel } from './channel.ts';
import type { ChannelPorts } from './exchange.ts';

export type Need = 'required' | 'optional' | 'none';

/** What a channel's file says of itself: how it is made, and what its configuration must and may hold. */
export interface ChannelKind {
  readonly kind: string;
  /** Reference to the URL. */
  readonly url: Need;
  /** Reference to the signing secret or key. */
  readonly secret: Need;
  /** Names of the options it knows. */
  readonly options: readonly string[];
  create(ports: ChannelPorts): Channel;
}
