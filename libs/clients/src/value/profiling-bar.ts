import { Profile } from '../client/profile.projection.js';

/** Why nothing may be concluded from what a client does, in words; null: it may. */
export const profilingBar = ({ restricted, objectsToProfiling }: Pick<Profile, 'restricted' | 'objectsToProfiling'>): string | null => {
  if (restricted) return 'restricted: their data is kept and used for nothing';
  return objectsToProfiling ? 'object to profiling' : null;
};
