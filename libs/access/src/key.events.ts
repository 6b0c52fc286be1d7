import { Message } from '@boucle/eventsourcing';
import { Role } from './roles.js';

export type KeyEvent =
  /** Somebody may ask the engine for what the role allows, until the key expires or is revoked; of the key only its hash is kept. That of a salesperson says who he is. */
  | Message<'KeyIssued', { keyId: string; name: string; role: Role; sha256: string; expiresAt: string | null; salespersonId?: string }>
  /** The key opens nothing any more. */
  | Message<'KeyRevoked', { keyId: string }>;
