/**
 * The fields of a form, posted URL-encoded or as `multipart/form-data`: the web server of a pool reads both, and one
 * client in the field sends its password grant as the latter. What cannot be read has no fields.
 */
export function readForm(body: string, contentType = ''): URLSearchParams {
  if (!/^\s*multipart\/form-data\s*;/i.test(contentType)) return new URLSearchParams(body);
  const [, quoted, bare] = /;\s*boundary=(?:"([^"]+)"|([^\s;"]+))/i.exec(contentType) ?? [];
  const boundary = quoted ?? bare;
  return new URLSearchParams(boundary === undefined ? [] : `\r\n${body}`.split(`\r\n--${boundary}`).flatMap(field));
}

/** One field, as a list of one; none for the closing delimiter and for parts without a name. */
function field(part: string): [string, string][] {
  const [, head = '', value] = /^\r\n(.*?)\r\n\r\n(.*)$/s.exec(part) ?? [];
  const name = /^content-disposition:[^\r\n]*;\s*name="([^"]*)"/im.exec(head)?.[1];
  return name === undefined || value === undefined ? [] : [[name, value]];
}
