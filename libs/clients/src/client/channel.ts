/** The ways to address a client. */
export const CHANNELS = ['email', 'sms', 'post', 'phone'] as const;
export type Channel = (typeof CHANNELS)[number];
