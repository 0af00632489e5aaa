@description('Service Bus namespace.')
param namespaceName string

@description('Queues and the role on each.')
param grants { queue: string, role: string }[]

@description('Object id of the identity of a relay.')
param principalId string

module roles 'queue-role.bicep' = [for grant in grants: {
  params: {
    namespaceName: namespaceName
    queueName: grant.queue
    roleName: grant.role
    principalId: principalId
  }
}]
