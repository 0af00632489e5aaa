import { type Rule, refusal } from '../rule.ts';
import { addedMembers } from './nesting.ts';

/**
 * A change may name an object once (RFC 4511 §4.6; ERROR_DS_ATT_VAL_ALREADY_EXISTS): 20. The same object under another
 * form of its DN counts too. Samba would store the link twice.
 */
export const repeatedMembers: Rule = {
  refuse: async (request, questions) => {
    const members = addedMembers(request);
    if (members.length < 2) return undefined;
    if (new Set(members.map((member) => member.toLowerCase())).size < members.length) return repeated;
    const forms = new Set(members.map((member) => /^<(GUID|SID)=/i.exec(member)?.[1]?.toUpperCase() ?? 'DN'));
    if (forms.size === 1) return undefined;
    const found = await Promise.all(members.map((member) => questions.find(member, ['cn'])));
    const dns = found.flatMap((entry) => (entry === undefined ? [] : [entry.dn.toLowerCase()]));
    return new Set(dns).size < dns.length ? repeated : undefined;
  },
};

const repeated = refusal(
  20,
  '00002083',
  'AtrErr: DSID-031519B3, #1: 0: 00002083: DSID-031519B3, problem 1006 (ATT_OR_VALUE_EXISTS), data 0, Att 1f (member)',
);
