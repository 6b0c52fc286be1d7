import { NAMESPACE, uuidv5 } from '@boucle/eventsourcing';

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;
const TRACEPARENT = /^(?!ff)[\da-f]{2}-(?!0{32})([\da-f]{32})-(?!0{16})([\da-f]{16})-[\da-f]{2}(?:-|$)/;

const digits = (id: string): string => (UUID.test(id) ? id.replaceAll('-', '').toLowerCase() : '');
const derived = (id: string): string => uuidv5(NAMESPACE, id).replaceAll('-', '');
const isId = (hex: string): boolean => /[^0]/.test(hex);

/** The trace of a correlation id: the UUID without its hyphens; anything else is hashed. */
export const traceIdOf = (correlationId: string): string => {
  const hex = digits(correlationId);
  return isId(hex) ? hex : derived(correlationId);
};

/** The span that stands for a request, command or event: the first half of its id. */
export const spanIdOf = (id: string): string => {
  const hex = digits(id).slice(0, 16);
  return isId(hex) ? hex : derived(id).slice(0, 16);
};

/** The correlation id of a caller's W3C traceparent with his span; null if there is none that can be read. */
export const readTraceparent = (header: unknown): { correlationId: string; parentSpanId: string } | null => {
  const [, trace, parentSpanId] = (typeof header === 'string' && TRACEPARENT.exec(header)) || [];
  if (!trace) return null;
  const correlationId = trace.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  return { correlationId, parentSpanId };
};
