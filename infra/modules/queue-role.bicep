@description('Service Bus namespace.')
param namespaceName string

@description('Queue on which the role is given: nothing beside it can be reached.')
param queueName string

@description('Name of the role, as in roles.json.')
param roleName string

@description('Object id of the identity that gets the role.')
param principalId string

var roles = loadJsonContent('../roles.json')

resource namespace 'Microsoft.ServiceBus/namespaces@2024-01-01' existing = {
  name: namespaceName

  resource queue 'queues' existing = {
    name: queueName
  }
}

resource assignment 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(namespace::queue.id, principalId, roles[roleName])
  scope: namespace::queue
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles[roleName])
  }
}
