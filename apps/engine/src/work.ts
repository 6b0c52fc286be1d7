import { Checkpoints, LeaseLostError, PartitionedProcessor, Processor, RELAY, rest } from '@boucle/eventsourcing';
import { ProcessRole } from './process-roles.js';

const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 60_000;

/** A processor, alone or in parts, that a process of some role runs. */
export interface Work {
  readonly role: ProcessRole;
  readonly name: string;
  readonly parts: readonly Processor[];
  /** Works until the signal aborts, or until another process has taken over. */
  follow(signal: AbortSignal): Promise<void>;
  /** Goes as far as it can; tells whether it moved. */
  step(): Promise<boolean>;
}

/** A processor that one process at a time runs; `meanwhile` is what it does besides. */
export const alone = (
  role: ProcessRole,
  checkpoints: Checkpoints,
  processor: Processor,
  meanwhile?: (signal: AbortSignal) => Promise<void>,
): Work => {
  const { name } = processor;
  return {
    role,
    name,
    parts: [processor],
    follow: async (wanted) => {
      // what failed here is no fault of this process any more once another has taken over
      const signal = await checkpoints.claim(name, wanted, () => (processor.lastError = null));
      const done = new AbortController();
      const beside = meanwhile?.(AbortSignal.any([signal, done.signal]));
      try {
        await processor.follow(signal);
      } catch (error) {
        if (!(error instanceof LeaseLostError)) throw error;
      } finally {
        done.abort();
        await beside;
        await checkpoints.release(name);
      }
    },
    step: () => processor.toHead(),
  };
};

/** A processor that the processes of its role share. */
export const together = (role: ProcessRole, checkpoints: Checkpoints, processor: PartitionedProcessor): Work => ({
  role,
  name: processor.name,
  parts: processor.parts,
  follow: (signal) => processor.follow(signal),
  step: () => processor.reach(checkpoints.position(RELAY)),
});

/** Keeps a work going until the signal aborts: after a failure it is begun again, at longer and longer intervals until it gets over it. */
export const keepGoing = async (work: Work, failed: (error: Error) => void, signal: AbortSignal): Promise<void> => {
  for (let pause = FIRST_PAUSE_MS; !signal.aborted; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    try {
      await work.follow(signal);
    } catch (error) {
      const [first] = work.parts;
      if (first.lastError === null) pause = FIRST_PAUSE_MS;
      first.lastError = error as Error;
      failed(error as Error);
      await rest(pause, signal);
    }
  }
};
