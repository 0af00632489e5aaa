import type { Complaint } from '../../policy/file/issues.ts';
import { suggest } from '../../policy/nearest.ts';
import type { AlertConfig } from './schema.ts';

/** What fits the schema and still makes no sense: channels that do not exist, names given twice. */
export function contradictions({ channels, routes }: AlertConfig): readonly Complaint[] {
  const known = Object.keys(channels);
  const names = routes.map(({ route }) => route);
  return routes.flatMap(({ route, to }, index): readonly Complaint[] => [
    ...to.flatMap((channel, place): readonly Complaint[] => {
      const path = ['routes', index, 'to', place];
      if (!known.includes(channel))
        return [
          { path, atKey: false, message: `There is no channel ${channel}.`, remedy: suggest(channel, known) },
        ];
      if (to.indexOf(channel) < place)
        return [
          { path, atKey: false, message: `${channel} is named twice.`, remedy: 'Name each channel once.' },
        ];
      return [];
    }),
    ...(names.indexOf(route) < index
      ? [
          {
            path: ['routes', index, 'route'],
            atKey: false,
            message: `routes[${names.indexOf(route)}] has the same name.`,
            remedy: 'Give each route a name of its own.',
          },
        ]
      : []),
  ]);
}
