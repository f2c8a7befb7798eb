/** A command that the composer offers after `/`. */
export interface OfferedCommand {
  readonly title: string;
  readonly description: string;
}

/** How to start the local Teams. */
export interface LocalTeamsOptions {
  /** Address to listen on; loopback only. Default `127.0.0.1`. */
  readonly host?: string;
  /** Port to listen on; 0 (the default) takes any free one. */
  readonly port?: number;
  /** Where the bot takes activities, e.g. `http://127.0.0.1:3978/api/messages`. */
  readonly botEndpoint: string;
  /** The bot's id as Teams writes it. Default `28:confer`. */
  readonly botId?: string;
  /** The bot's name in chats and mentions. Default `Confer`. */
  readonly botName?: string;
  /** The composer's command list. Default: none, `/` is an ordinary character. */
  readonly commands?: readonly OfferedCommand[];
  /** File that keeps the chats between runs. Default: memory only. */
  readonly stateFile?: string;
  /** How long the bot may take to answer a message or a click, in milliseconds. Default 15000, as Teams. */
  readonly fetchTimeoutMs?: number;
  /** Called for every request served. */
  readonly log?: (line: ServedRequest) => void;
}

/** One request that the local Teams has served. */
export interface ServedRequest {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly ms: number;
}

/** A local Teams that listens. */
export interface RunningLocalTeams {
  /** The page to open in a browser. */
  readonly url: string;
  /** What the bot gets as `serviceUrl`; ends with a slash. */
  readonly serviceUrl: string;
  /** Saves the state, ends every connection and frees the port. */
  stop(): Promise<void>;
}
