/** A value that a resource or an error may carry. Dates are written in the date form of the representation. */
export type PropertyValue = string | number | boolean | Date | readonly string[] | undefined;

/** A link to another resource. Source: Skype/UCWA/WebLinks.md. */
export interface Link {
  readonly href: string;
  readonly title?: string;
  readonly revision?: string;
}

/**
 * A resource before it is written: what it says, whatever the format. `undefined` entries are left out of the wire form.
 * An array under a rel is written as an array even with one entry. Source: Skype/UCWA/PayloadFormat.md.
 */
export interface Resource {
  /** Absent only on discovery resources. */
  readonly rel?: string;
  readonly properties: Readonly<Record<string, PropertyValue>>;
  readonly links: Readonly<Record<string, Link | readonly Link[] | undefined>>;
  readonly embedded?: Readonly<Record<string, Resource | readonly Resource[] | undefined>>;
  readonly etag?: string;
}

/** What a reason says, in an error body or in an event. Source: Skype/UCWA/reason_ref.md. */
export interface Reason {
  readonly code: string;
  readonly subcode?: string;
  readonly message?: string;
}

/** A link that says what it points at, as events use it. */
export interface TargetLink extends Link {
  readonly rel: string;
}

/** One event of the event channel before it is written. Source: Skype/UCWA/events_ref.md. */
export interface EventBody {
  readonly type: 'added' | 'updated' | 'deleted' | 'started' | 'completed';
  readonly link: TargetLink;
  readonly in?: TargetLink;
  /** Key of `_embedded` and the resource below it; the key may differ from the resource's own rel. */
  readonly embedded?: { readonly rel: string; readonly resource: Resource };
  readonly status?: 'Success' | 'Failure';
  readonly reason?: Reason;
}

/** One answer of the event channel before it is written. */
export interface EventPackage {
  readonly self?: string;
  readonly next?: string;
  readonly resume?: string;
  readonly resync?: string;
  /** Absent only when the package is a resync. */
  readonly sender?: readonly { readonly rel: string; readonly href: string; readonly events: readonly EventBody[] }[];
}
