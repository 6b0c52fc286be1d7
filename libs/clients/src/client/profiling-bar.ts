import { Profile } from './profile.projection.js';

/** Why nothing may be concluded from what a client does, in words. */
export const PROFILING_BARS = {
  restricted: 'restricted: their data is kept and used for nothing',
  'objects-to-profiling': 'object to profiling',
} as const;
export type ProfilingBar = keyof typeof PROFILING_BARS;

/** Why nothing may be concluded from what a client does; null: it may. */
export const profilingBar = ({
  restricted,
  objectsToProfiling,
}: Pick<Profile, 'restricted' | 'objectsToProfiling'>): ProfilingBar | null => {
  if (restricted) return 'restricted';
  return objectsToProfiling ? 'objects-to-profiling' : null;
};
