import { AppError } from '../../shared/app-error';

/** The store cannot be opened or is not ours; starting anyway would lose what it holds. The message names the setting. */
export class StoreUnreadableError extends AppError {
  readonly code = 'store.unreadable';
}

/** Another process works with this store. */
export class StoreInUseError extends AppError {
  readonly code = 'store.inUse';
}

/** The tables are of another version than this program can work with. The message says what to do. */
export class StoreVersionError extends AppError {
  readonly code = 'store.version';
}

/** SQLite has rolled back a transaction by itself: what would follow in it must not be done alone. */
export class RolledBackError extends AppError {
  readonly code = 'store.rolledBack';
}
