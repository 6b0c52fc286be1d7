import { Profile } from '@boucle/clients';
import { drawArm, uniformHash } from '@boucle/targeting';
import { Allocation, Plan } from './campaign.events.js';
import { cellOf } from './cell.js';
import { Decision } from './wave.events.js';

/** Where an eligible client stands in the draw for a wave, in [0, 1): the smallest are drawn. */
export const drawOrder = (seed: string, wave: number, clientId: string): number => uniformHash(seed, wave, clientId, 'draw');

/** Whether a client is kept out of all waves of the campaign, for good. */
export const isHeldOut = ({ seed, holdOut }: Plan, clientId: string): boolean =>
  holdOut > 0 && uniformHash(seed, 'hold-out', clientId) < holdOut;

/** The decision for a client drawn into a wave; depends on nothing but the plan, the allocation and the client. */
export const decisionFor = (
  plan: Plan,
  wave: number,
  allocation: Allocation,
  { clientId, attributes }: Pick<Profile, 'clientId' | 'attributes'>,
): Decision => {
  const cell = cellOf(attributes, plan.cells);
  const propensities = allocation[cell] ?? allocation['*'];
  const arm = Object.keys(propensities)[drawArm(Object.values(propensities), uniformHash(plan.seed, wave, clientId, 'arm'))];
  if (!isHeldOut(plan, clientId)) return { clientId, cell, arm, propensities };
  const channel = plan.offers.find(({ name }) => name === arm)?.channel ?? null;
  return { clientId, cell, reason: 'hold-out', shadow: channel !== null, ...(channel !== null && { channel }) };
};

interface Ranked {
  readonly order: number;
  readonly clientId: string;
}

const before = (a: Ranked, b: Ranked): boolean => a.order < b.order || (a.order === b.order && a.clientId < b.clientId);

/** Keeps the clients with the smallest draw order, at most `size` of them in memory. */
export class Draw {
  /** A binary heap with the largest order on top. */
  private readonly heap: Ranked[] = [];

  constructor(private readonly size: number) {}

  add(clientId: string, order: number): void {
    const ranked = { order, clientId };
    if (this.heap.length < this.size) {
      this.heap.push(ranked);
      this.up(this.heap.length - 1);
    } else if (before(ranked, this.heap[0])) {
      this.heap[0] = ranked;
      this.down(0);
    }
  }

  /** The clients drawn, in order of id. */
  clientIds(): string[] {
    return this.heap.map(({ clientId }) => clientId).sort((a, b) => (a < b ? -1 : 1));
  }

  private up(from: number): void {
    for (let i = from; i > 0;) {
      const parent = (i - 1) >> 1;
      if (!before(this.heap[parent], this.heap[i])) return;
      this.swap(i, parent);
      i = parent;
    }
  }

  private down(from: number): void {
    for (let i = from; ;) {
      let largest = i;
      for (const child of [2 * i + 1, 2 * i + 2])
        if (child < this.heap.length && before(this.heap[largest], this.heap[child])) largest = child;
      if (largest === i) return;
      this.swap(i, largest);
      i = largest;
    }
  }

  private swap(i: number, j: number): void {
    [this.heap[i], this.heap[j]] = [this.heap[j], this.heap[i]];
  }
}
