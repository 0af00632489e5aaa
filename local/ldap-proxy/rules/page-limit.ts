import { type Rule, refusal } from '../rule.ts';

/** MaxPageSize of the default LDAP policies (MS-ADTS §3.1.1.3.4.6). */
const mostEntries = 1000;
const pagedResults = '1.2.840.113556.1.4.319';

/** A search that does not ask for pages gets 1,000 entries, and then 4 (sizeLimitExceeded). */
export const pageLimit: Rule = {
  entries: ({ controls }) => {
    let count = 0;
    const limited = !controls.includes(pagedResults);
    return {
      entry: (entry) => {
        count += 1;
        return limited && count > mostEntries ? undefined : entry;
      },
      result: () =>
        limited && count > mostEntries
          ? refusal(4, '00002023', 'SvcErr: DSID-031A1200, problem 5004 (SIZE_LIMIT_EXCEEDED), data 0')
          : undefined,
    };
  },
};
