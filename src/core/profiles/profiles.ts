import { documented } from './documented.js';
import type { ProfileName } from './names.js';
import { observed } from './observed.js';
import type { Profile } from './profile.js';

/** Every profile by its name; the first is the default. */
export const profiles: Readonly<Record<ProfileName, Profile>> = { documented, observed };
