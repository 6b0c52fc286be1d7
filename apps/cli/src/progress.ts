const INTERVAL_MS = 250;

/** Shows what is going on, on standard error: one line that changes in place on a terminal, a line every few seconds elsewhere. */
export const progressLine = (): { show: (what: string) => void; clear: () => void } => {
  const { stderr } = process;
  let last = 0;
  let shown = false;
  return {
    show: (what) => {
      const now = Date.now();
      if (now - last < (stderr.isTTY ? INTERVAL_MS : 10 * INTERVAL_MS)) return;
      last = now;
      shown = stderr.isTTY;
      stderr.write(stderr.isTTY ? `\r\u001b[K${what}` : `${what}\n`);
    },
    clear: () => {
      if (shown) stderr.write('\r\u001b[K');
      shown = false;
      last = 0;
    },
  };
};
