import { hrefKey } from '../href';
import { isJsonObject, type JsonObject, readText } from '../json';

/** A web link: where a related resource lives. Source: Skype/UCWA/WebLinks.md. */
export interface Link {
  readonly href: string;
  readonly title?: string;
  /** Newest version of the target the server has; 1 when it does not say. Source: Skype/UCWA/Versioning.md. */
  readonly revision: number;
}

/**
 * All links of a relation. A multi-valued relation is an array, but one object is accepted everywhere. Where a resource is
 * embedded instead of linked, its own place is the link. Source: Skype/UCWA/PayloadFormat.md.
 */
export function linksOf(resource: JsonObject, rel: string): readonly Link[] {
  const shown = ownLinksOf(resource, rel);
  return shown.length > 0 ? shown : embeddedOf(resource, rel).flatMap((entry) => ownLinksOf(entry, 'self').slice(0, 1));
}

function ownLinksOf(resource: JsonObject, rel: string): readonly Link[] {
  const links = resource._links;
  return isJsonObject(links) ? asList(links[rel]).flatMap((entry) => decodeLink(entry) ?? []) : [];
}

/** The first link of a relation; `undefined` means "not available to you now". */
export function linkOf(resource: JsonObject, rel: string): Link | undefined {
  return linksOf(resource, rel)[0];
}

/** Where the links of these relations lead, made comparable; a relation without a link is absent. */
export function keysOf<R extends string>(
  resource: JsonObject,
  rels: readonly R[],
  base: URL,
): Readonly<Partial<Record<R, string>>> {
  const keys: Partial<Record<R, string>> = {};
  for (const rel of rels) {
    const link = linkOf(resource, rel);
    if (link !== undefined) keys[rel] = hrefKey(link.href, base);
  }
  return keys;
}

/** Whether the resource has any links at all. */
export function hasLinks(resource: JsonObject): boolean {
  return isJsonObject(resource._links);
}

/** All embedded resources of a relation, whether the server sent one object or an array. */
export function embeddedOf(resource: JsonObject, rel: string): readonly JsonObject[] {
  const embedded = resource._embedded;
  return isJsonObject(embedded) ? asList(embedded[rel]).filter(isJsonObject) : [];
}

/** Reads one link; a plain string counts as its href. */
export function decodeLink(value: unknown): Link | undefined {
  if (typeof value === 'string') return { href: value, revision: 1 };
  if (!isJsonObject(value)) return undefined;
  const href = readText(value, 'href');
  if (href === undefined || href === '') return undefined;
  const title = readText(value, 'title');
  const revision = Number.parseFloat(readText(value, 'revision') ?? '1');
  return { href, revision: Number.isNaN(revision) ? 1 : revision, ...(title === undefined ? {} : { title }) };
}

function asList(value: unknown): readonly unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? (value as readonly unknown[]) : [value];
}
