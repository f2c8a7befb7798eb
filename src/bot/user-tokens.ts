import type { Activity, SignInUrlResponse } from 'botbuilder';
import type { UserTokenClient } from 'botframework-connector';

import { MeetingProblem } from '../meetings/errors';

/** Somebody as the channel knows them. */
export interface ChannelUser {
  readonly userId: string;
  readonly channelId: string;
}

/** Single sign-on tokens of people, kept by the token service of the Bot Framework. */
export interface UserTokens {
  /** @param code - the number that a sign-in window handed over. @returns undefined when there is no token. */
  get(user: ChannelUser, code?: string): Promise<string | undefined>;
  /** Where and how the author of the activity can sign in. */
  signInResource(activity: Activity): Promise<SignInUrlResponse>;
  /** Hands over what the chat client got. @returns undefined when the service cannot use it. */
  exchange(user: ChannelUser, token: string): Promise<string | undefined>;
  /** Makes the service forget. */
  signOut(user: ChannelUser): Promise<void>;
}

/**
 * The token service, through the client of the SDK. Every failure is a MeetingProblem `signIn.unavailable`.
 * Source: Bot Framework REST reference, "Token service"; botframework-connector, `UserTokenClient`.
 */
export class BotUserTokens implements UserTokens {
  readonly #client: () => Promise<UserTokenClient>;
  readonly #connection: string;

  /** @param connection - name of the OAuth connection of the Azure Bot. */
  constructor(client: () => Promise<UserTokenClient>, connection: string) {
    this.#client = client;
    this.#connection = connection;
  }

  async get({ userId, channelId }: ChannelUser, code = ''): Promise<string | undefined> {
    return this.#asked(async (client) => {
      const answer: unknown = await client.getUserToken(userId, this.#connection, channelId, code);
      return tokenOf(answer);
    });
  }

  async signInResource(activity: Activity): Promise<SignInUrlResponse> {
    return this.#asked(async (client) => client.getSignInResource(this.#connection, activity, ''));
  }

  async exchange({ userId, channelId }: ChannelUser, token: string): Promise<string | undefined> {
    return this.#asked(async (client) => {
      try {
        return tokenOf(await client.exchangeToken(userId, this.#connection, channelId, { token }));
      } catch (error) {
        // Refused: the person has to agree, or the token is not for this connection.
        if ((statusOf(error) ?? 500) < 500) return undefined;
        throw error;
      }
    });
  }

  async signOut({ userId, channelId }: ChannelUser): Promise<void> {
    await this.#asked(async (client) => client.signOutUser(userId, this.#connection, channelId));
  }

  async #asked<Answer>(work: (client: UserTokenClient) => Promise<Answer>): Promise<Answer> {
    try {
      return await work(await this.#client());
    } catch (error) {
      // The SDK's error holds the request with its tokens: only the status goes on.
      const status = statusOf(error);
      const cause = `token service: ${status === undefined ? 'no answer' : `status ${String(status)}`}`;
      throw new MeetingProblem('signIn.unavailable', { cause });
    }
  }
}

function tokenOf(answer: unknown): string | undefined {
  const token = typeof answer === 'object' && answer !== null && 'token' in answer ? answer.token : undefined;
  return typeof token === 'string' && token !== '' ? token : undefined;
}

function statusOf(error: unknown): number | undefined {
  const status = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
  return typeof status === 'number' ? status : undefined;
}
