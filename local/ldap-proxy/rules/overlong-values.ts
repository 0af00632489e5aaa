import type { RawAttribute } from '../protocol.ts';
import { equals, type Questions, textOf } from '../questions.ts';
import type { Request } from '../requests.ts';
import { type Rule, refusal } from '../rule.ts';

/**
 * A value longer than the schema's rangeUpper is a violated constraint, 19 with ERROR_DS_RANGE_CONSTRAINT (MS-ADTS
 * §3.1.1.5.2.2). Samba says 21, as for a value of the wrong syntax.
 */
export function overlongValues(): Rule {
  const limits = new Map<string, number>();

  const limitOf = async (name: string, questions: Questions): Promise<number> => {
    const known = limits.get(name);
    if (known !== undefined) return known;
    const root = await questions.find('', ['schemaNamingContext']);
    const schema = textOf(root, 'schemaNamingContext') ?? '';
    const [attribute] = await questions.search(schema, equals('lDAPDisplayName', name), ['rangeUpper']);
    const limit = Number(textOf(attribute, 'rangeUpper') ?? Number.POSITIVE_INFINITY);
    limits.set(name, limit);
    return limit;
  };

  return {
    reword: async (request, result, questions) => {
      if (result.resultCode !== 21 || !result.text.startsWith('0000200B')) return result;
      for (const { name, values } of written(request)) {
        const limit = await limitOf(name, questions);
        if (values.some((value) => value.toString('utf8').length > limit)) {
          return refusal(
            19,
            '00002082',
            `AtrErr: DSID-03151E07, problem 1005 (CONSTRAINT_ATT_TYPE), data 0, Att ${name}`,
          );
        }
      }
      return result;
    },
  };
}

function written(request: Request): readonly RawAttribute[] {
  if (request.operation === 'add') return request.attributes;
  return request.operation === 'modify' ? request.changes : [];
}
