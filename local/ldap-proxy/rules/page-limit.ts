import { type Rule, refusal } from '../rule.ts';

/** MaxPageSize of the default LDAP policies (MS-ADTS §3.1.1.3.4.6). */
const mostEntries = 1000;
const pagedResults = '1.2.840.113556.1.4.319';

/**
 * A search that does not ask for pages gets as many entries as it asks for, and 1,000 at most; then 4 (sizeLimitExceeded, RFC
 * 4511 §4.5.1.4). Samba knows neither limit.
 */
export const pageLimit: Rule = {
  entries: ({ controls, sizeLimit }) => {
    const most = Math.min(sizeLimit || mostEntries, mostEntries);
    const limited = !controls.includes(pagedResults);
    let count = 0;
    return {
      entry: (entry) => {
        count += 1;
        return limited && count > most ? undefined : entry;
      },
      result: () =>
        limited && count > most
          ? refusal(4, '00002023', 'SvcErr: DSID-031A1200, problem 5004 (SIZE_LIMIT_EXCEEDED), data 0')
          : undefined,
    };
  },
};
