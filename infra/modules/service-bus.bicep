@description('Name of the namespace.')
param name string

@description('Azure region.')
param location string

@description('Tags of the resources.')
param tags object

@description('Premium without public access, for private endpoints. Otherwise Standard.')
param privateNetwork bool

@description('Messaging units of Premium.')
param messagingUnits int

@description('Object id of the identity of the functions.')
param appPrincipalId string

@description('Object ids of the identities of the relays.')
param relayPrincipalIds string[]

@description('Log Analytics workspace for the operational log.')
param workspaceName string

// The same file that the local broker and the tests read: one source for all queues.
var queueList = loadJsonContent('../service-bus.json').UserConfig.Namespaces[0].Queues

// Data Owner on a queue with a trigger: the scale controller reads its length only with Manage. The others are looked into
// for the status and for messages that nobody works on, for which Azure has no smaller role than to receive.
var appGrants = [
  { queue: 'feeds', role: 'Azure Service Bus Data Owner' }
  { queue: 'changes', role: 'Azure Service Bus Data Owner' }
  { queue: 'outcomes', role: 'Azure Service Bus Data Owner' }
  { queue: 'alerts', role: 'Azure Service Bus Data Owner' }
  { queue: 'intents', role: 'Azure Service Bus Data Sender' }
  { queue: 'intents', role: 'Azure Service Bus Data Receiver' }
  { queue: 'rejected', role: 'Azure Service Bus Data Sender' }
  { queue: 'rejected', role: 'Azure Service Bus Data Receiver' }
]

var relayGrants = [
  { queue: 'intents', role: 'Azure Service Bus Data Receiver' }
  { queue: 'outcomes', role: 'Azure Service Bus Data Sender' }
  { queue: 'rejected', role: 'Azure Service Bus Data Sender' }
]

resource namespace 'Microsoft.ServiceBus/namespaces@2024-01-01' = {
  name: name
  location: location
  tags: tags
  sku: privateNetwork
    ? { name: 'Premium', tier: 'Premium', capacity: messagingUnits }
    : { name: 'Standard', tier: 'Standard' }
  properties: {
    disableLocalAuth: true
    minimumTlsVersion: '1.2'
    publicNetworkAccess: privateNetwork ? 'Disabled' : 'Enabled'
  }
}

resource queues 'Microsoft.ServiceBus/namespaces/queues@2024-01-01' = [for queue in queueList: {
  parent: namespace
  name: queue.Name
  properties: {
    deadLetteringOnMessageExpiration: queue.Properties.DeadLetteringOnMessageExpiration
    defaultMessageTimeToLive: queue.Properties.DefaultMessageTimeToLive
    lockDuration: queue.Properties.LockDuration
    maxDeliveryCount: queue.Properties.MaxDeliveryCount
    requiresDuplicateDetection: queue.Properties.RequiresDuplicateDetection
    requiresSession: queue.Properties.RequiresSession
  }
}]

module appRoles 'queue-role.bicep' = [for grant in appGrants: {
  params: {
    namespaceName: namespace.name
    queueName: grant.queue
    roleName: grant.role
    principalId: appPrincipalId
  }
  dependsOn: [queues]
}]

module relayRoles 'relay-roles.bicep' = [for principalId in relayPrincipalIds: {
  params: {
    namespaceName: namespace.name
    grants: relayGrants
    principalId: principalId
  }
  dependsOn: [queues]
}]

resource workspace 'Microsoft.OperationalInsights/workspaces@2022-10-01' existing = {
  name: workspaceName
}

// Who did what to the namespace. What travels in messages is not logged.
resource operations 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'operations'
  scope: namespace
  properties: {
    workspaceId: workspace.id
    logs: [{ category: 'OperationalLogs', enabled: true }]
  }
}

@description('Name of the namespace.')
output name string = namespace.name

@description('Host name of the namespace, in every cloud.')
output fullyQualifiedNamespace string = split(replace(namespace.properties.serviceBusEndpoint, 'https://', ''), ':')[0]
