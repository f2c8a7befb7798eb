import { AppError } from './app-error';

/** Another process holds this seat at the meeting server now: whoever gets this must not act in its meetings any more. */
export class SeatLostError extends AppError {
  readonly code = 'seat.lost';

  constructor(seat: number) {
    super(`Seat ${String(seat)} is another process's now`);
  }
}
