import { isEmail } from 'class-validator';
import { distance } from '../search/spelling.js';

/** What is known of an e-mail address before anything was sent to it. */
export interface EmailCheck {
  readonly valid: boolean;
  /** What may be meant, where it looks like a slip of the pen; null: nothing else. */
  readonly suggestion: string | null;
}

/** Where many people have their mailbox; some are here only since they look like a slip for another. */
const DOMAINS = (
  'gmail.com googlemail.com hotmail.com hotmail.ch hotmail.fr hotmail.de hotmail.it outlook.com outlook.de outlook.fr live.com live.fr msn.com icloud.com me.com mac.com mail.com email.com ' +
  'yahoo.com yahoo.fr yahoo.de yahoo.it ymail.com aol.com proton.me protonmail.com protonmail.ch pm.me bluewin.ch sunrise.ch hispeed.ch swissonline.ch gmx.ch gmx.net gmx.de gmx.at gmx.com ' +
  'netplus.ch vtxnet.ch romandie.com web.de t-online.de freenet.de arcor.de orange.fr wanadoo.fr free.fr laposte.net sfr.fr neuf.fr bbox.fr libero.it tiscali.it aon.at'
).split(' ');
const KNOWN: ReadonlySet<string> = new Set(DOMAINS);

const LONG = 8;

/** A domain that is one slip away, two in a long one. */
const meantDomain = (domain: string): string | null => {
  if (KNOWN.has(domain)) return null;
  const near = DOMAINS.map((known) => ({ known, far: distance(domain, known) })).sort((a, b) => a.far - b.far)[0];
  return near.far <= (near.known.length > LONG ? 2 : 1) ? near.known : null;
};

/** Whether a text is an e-mail address, and what it may be meant for. */
export const checkEmail = (text: string): EmailCheck => {
  const email = text.trim().replace(/[\s,;]+/g, '.');
  const at = email.lastIndexOf('@');
  const meant = at < 1 ? null : meantDomain(email.slice(at + 1).toLowerCase());
  const suggestion = meant === null ? email : `${email.slice(0, at)}@${meant}`;
  return { valid: isEmail(text), suggestion: suggestion !== text && isEmail(suggestion) ? suggestion : null };
};
