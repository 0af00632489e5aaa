import { z } from 'zod';

/** A subscription as Graph has it. Graph may hide the client state: then it is null. */
export const Subscription = z.object({
  id: z.string().min(1),
  resource: z.string(),
  changeType: z.string(),
  notificationUrl: z.string(),
  lifecycleNotificationUrl: z
    .string()
    .nullish()
    .transform((url) => url ?? null),
  clientState: z
    .string()
    .nullish()
    .transform((state) => state ?? null),
  expirationDateTime: z.iso.datetime({ offset: true }),
});
export type Subscription = z.output<typeof Subscription>;

/** A subscription as it should be. The client state is a secret of at most 128 characters. */
export type WantedSubscription = {
  readonly resource: '/groups' | '/users';
  readonly changeType: string;
  readonly notificationUrl: string;
  readonly lifecycleNotificationUrl: string;
  readonly clientState: string;
};
