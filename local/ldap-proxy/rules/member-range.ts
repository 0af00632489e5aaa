import type { RawAttribute } from '../protocol.ts';
import type { Rule } from '../rule.ts';

/** MaxValRange of the default LDAP policies (MS-ADTS §3.1.1.3.4.6). */
const mostValues = 1500;

/** No answer has more than 1,500 members; it names the part it has (MS-ADTS §3.1.1.3.1.3.3). */
export const memberRange: Rule = {
  entries: () => ({
    entry: (entry) =>
      entry.attributes.some(isTooLong) ? { ...entry, attributes: entry.attributes.flatMap(cut) } : entry,
    result: () => undefined,
  }),
};

const isTooLong = ({ name, values }: RawAttribute): boolean =>
  values.length > mostValues && /^member\b/i.test(name);

function cut(attribute: RawAttribute): readonly RawAttribute[] {
  const range = /^member(?:;range=(\d+)-(?:\d+|\*))?$/i.exec(attribute.name);
  if (range === null || attribute.values.length <= mostValues) return [attribute];
  const first = Number(range[1] ?? 0);
  const part = {
    name: `member;range=${first}-${first + mostValues - 1}`,
    values: attribute.values.slice(0, mostValues),
  };
  return range[1] === undefined ? [{ name: attribute.name, values: [] }, part] : [part];
}
