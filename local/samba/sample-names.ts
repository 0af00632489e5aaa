/** The name of a sample person. */
export interface SampleName {
  readonly given: string;
  readonly family: string;
}

/** Some need escaping in DNs or filters, some are not ASCII: writeback has to carry them all. */
const givenNames = [
  'Ada',
  'Björn',
  'Chloé',
  'Dmitri',
  'Elif',
  'Farid',
  'Grace',
  'Hana',
  'Ioana',
  'Jürgen',
  'Kofi',
  'Lucía',
  'Mei',
  'Núria',
  'Olu',
  'Petra',
  'Quentin',
  'Ravi',
  'Søren',
  'Zoë',
];
const familyNames = [
  'Andersson',
  "O'Brien",
  'Çelik',
  'de la Cruz',
  'Kowalczyk',
  'Müller',
  'Nguyễn',
  'Okafor',
  'Smith, Jr.',
  'Tanaka (王)',
  'Ünal',
  'van den Berg',
  'Weiß',
  'Novák',
  'Rossi',
];

/** The name of sample person number `index`; the first 300 all differ, whoever comes later has a number as well. */
export function sampleName(index: number): SampleName {
  const round = Math.floor(index / (givenNames.length * familyNames.length));
  const given = givenNames[index % givenNames.length] ?? '';
  const family = familyNames[Math.floor(index / givenNames.length) % familyNames.length] ?? '';
  return { given, family: round === 0 ? family : `${family} ${round + 1}` };
}
