import type { Holding, Seat } from './seat';

/** Where it is kept who holds which seat. Every promise resolves when the fact is durable; leases run by its own clock. */
export interface SeatStore {
  /** Takes a seat that nobody holds, or whose holder fell silent: one with unfinished work first; a new one when all are held. */
  take(holding: Holding): Promise<Seat>;
  /** Takes a seat that nobody holds any more and in which there is unfinished work; undefined when there is none. */
  takeOver(holding: Holding): Promise<Seat | undefined>;
  /** Keeps a seat for another `leaseMs`. @throws SeatLostError. */
  renew(seat: Seat, leaseMs: number): Promise<void>;
  /** Gives a seat back, with whatever is unfinished in it. Nothing happens when it is another's already. */
  release(seat: Seat): Promise<void>;
  /** Whether another process holds a seat, so that it can go on with unfinished work. */
  hasOthers(holder: string): Promise<boolean>;
  /** Tells when another process gave a seat back. @returns to be called when nobody wants to know any more. */
  onReleased(listener: () => void): () => void;
}
