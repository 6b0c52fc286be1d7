/** A business rule refuses the command; the code is a stable kebab-case word. */
export class DomainError extends Error {
  constructor(
    readonly code: string,
    message: string,
    /** The field of the command that is at fault, if it is one. */
    readonly field?: string,
  ) {
    super(message);
    this.name = 'DomainError';
  }
}

/** The stream has moved on since it was read. */
export class ConcurrencyError extends Error {
  constructor(
    readonly stream: string,
    readonly expected: number,
    readonly actual: number,
  ) {
    super(`Stream ${stream} is at revision ${actual}, not at ${expected}: read it again and decide again`);
    this.name = 'ConcurrencyError';
  }
}

/** The store cannot take or give anything now; nothing was lost, the same call may succeed later. */
export class StoreUnavailableError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StoreUnavailableError';
  }
}

/** Another process runs the processor now. */
export class LeaseLostError extends Error {
  constructor(readonly processor: string) {
    super(`Another process has taken over ${processor}`);
    this.name = 'LeaseLostError';
  }
}
