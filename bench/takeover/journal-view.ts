import { Client } from 'pg';

/** What the journal says of an operation. */
export interface SeenOperation {
  /** How often it was claimed. */
  readonly epoch: number;
  /** Whether it is known which message shows it. */
  readonly hasCard: boolean;
}

/** Looks into the journal, beside the processes that work on it. */
export class JournalView {
  readonly #client: Client;

  private constructor(client: Client) {
    this.#client = client;
  }

  static async open(databaseUrl: string): Promise<JournalView> {
    const client = new Client({ connectionString: databaseUrl });
    await client.connect();
    return new JournalView(client);
  }

  /** @returns operations by conversation; each of these conversations has at most one. */
  async of(conversationIds: readonly string[]): Promise<ReadonlyMap<string, SeenOperation>> {
    const { rows } = await this.#client.query<{ id: string; epoch: string; card: string | null }>(
      'select conversation_id as id, epoch, card_activity_id as card from operations where conversation_id = any($1)',
      [conversationIds],
    );
    return new Map(rows.map(({ id, epoch, card }) => [id, { epoch: Number(epoch), hasCard: card !== null }]));
  }

  async close(): Promise<void> {
    await this.#client.end();
  }
}
