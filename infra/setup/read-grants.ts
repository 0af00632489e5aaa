import { z } from 'zod';
import { type GraphCall, SetupError } from './graph-call.ts';

/** The application of Microsoft Graph itself, the same in every tenant and cloud. */
const graphAppId = '00000003-0000-0000-c000-000000000000';

const Identity = z.object({ id: z.guid(), displayName: z.string(), servicePrincipalType: z.string() });
const AppRole = z.object({
  id: z.guid(),
  value: z.string().nullable(),
  allowedMemberTypes: z.array(z.string()),
});
const Graph = z.object({ id: z.guid(), appRoles: z.array(AppRole) });
const Assignment = z.object({ id: z.string(), resourceId: z.guid(), appRoleId: z.guid() });
const Assignments = z.object({ value: z.array(Assignment), '@odata.nextLink': z.url().optional() });

/** What Graph says before anything is changed. */
export type Grants = {
  readonly identity: { readonly id: string; readonly displayName: string };
  /** The service principal of Microsoft Graph in this tenant. */
  readonly graphId: string;
  /** Ids of the application permissions of Graph, by name. */
  readonly roleIds: ReadonlyMap<string, string>;
  /** Permissions of Graph that the identity has: id of the assignment by id of the role. */
  readonly assigned: ReadonlyMap<string, string>;
};

/** Reads the identity (by its object id), Graph's permissions, and which of them the identity has. */
export async function readGrants(call: GraphCall, identityId: string): Promise<Grants> {
  const identity = Identity.parse(
    await call('GET', `/servicePrincipals/${identityId}?$select=id,displayName,servicePrincipalType`),
  );
  if (identity.servicePrincipalType !== 'ManagedIdentity') {
    throw new SetupError(
      `${identity.displayName} (${identityId}) is not a managed identity but of type ${identity.servicePrincipalType}. Give the output IDENTITY_PRINCIPAL_ID of the deployment: azd env get-value IDENTITY_PRINCIPAL_ID.`,
    );
  }
  const graph = Graph.parse(
    await call('GET', `/servicePrincipals(appId='${graphAppId}')?$select=id,appRoles`),
  );
  const assignments = await readAssignments(call, `/servicePrincipals/${identityId}/appRoleAssignments`);
  const forApplications = graph.appRoles.filter(({ allowedMemberTypes }) =>
    allowedMemberTypes.includes('Application'),
  );
  return {
    identity,
    graphId: graph.id,
    roleIds: new Map(forApplications.map(({ id, value }) => [value ?? '', id])),
    assigned: new Map(
      assignments
        .filter(({ resourceId }) => resourceId === graph.id)
        .map(({ id, appRoleId }) => [appRoleId, id]),
    ),
  };
}

async function readAssignments(
  call: GraphCall,
  path: string,
): Promise<readonly z.output<typeof Assignment>[]> {
  const page = Assignments.parse(await call('GET', path));
  const next = page['@odata.nextLink'];
  return next === undefined ? page.value : [...page.value, ...(await readAssignments(call, next))];
}
