import type { Source } from './source.ts';
import { alertmanager } from './sources/alertmanager.ts';
import { cloudwatch } from './sources/cloudwatch.ts';

/** Every monitoring system that is understood: one file and one line each. The configuration's `kind` is the source's name. */
export const SOURCES: readonly Source[] = [alertmanager, cloudwatch];

const BY_NAME: ReadonlyMap<string, Source> = new Map(SOURCES.map((source) => [source.name, source]));
export const sourceNamed = (name: string): Source | undefined => BY_NAME.get(name);
