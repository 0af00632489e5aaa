// Everything of entra-writeback that runs in Azure. Deploy with `azd up`, or with
// `az deployment sub create --location REGION --template-file infra/main.bicep --parameters @FILE`.
targetScope = 'subscription'

@description('Name of this installation, such as prod. It is part of the name of the resource group.')
@minLength(1)
@maxLength(32)
param environmentName string

@description('Azure region of all resources. It must offer Flex Consumption: az functionapp list-flexconsumption-locations.')
param location string

@description('Object ids of the identities of the relays (service principals of Arc machines or of app registrations). They may receive from intents and send to outcomes and rejected, and nothing else.')
param relayPrincipalIds string[] = []

@description('Secret that Graph repeats in every notification, 16 to 128 characters: openssl rand -hex 32. To change it, put the old one into previousNotificationClientState.')
@secure()
@minLength(16)
@maxLength(128)
param notificationClientState string

@description('The secret before the last change, or empty. Accepted until the subscriptions have been made anew.')
@secure()
param previousNotificationClientState string = ''

@description('Microsoft Graph of the cloud of the tenant, without version.')
@allowed([
  'https://graph.microsoft.com'
  'https://graph.microsoft.us'
  'https://dod-graph.microsoft.us'
  'https://microsoftgraph.chinacloudapi.cn'
])
param graphBaseUrl string = 'https://graph.microsoft.com'

@description('Settings of the functions that differ from their defaults, by name as in docs/reference/settings.md. No secrets.')
param settings object = {}

@description('Secrets by the names that alerts.yaml gives them: addresses of Teams workflows, passwords of mail servers.')
@secure()
param secretSettings object = {}

@description('Service Bus Premium and private endpoints for Service Bus and storage, without public access. The relay then needs a way into the virtual network. About 700 USD a month more.')
param privateNetwork bool = false

@description('Messaging units of Service Bus Premium. Only with privateNetwork.')
@allowed([1, 2, 4, 8, 16])
param serviceBusMessagingUnits int = 1

@description('Address range of the virtual network, /24 or larger. Only with privateNetwork.')
param virtualNetworkPrefix string = '10.90.0.0/24'

@description('Redundancy of the storage account. Standard_LRS where the region has no zones; state can be rebuilt by a sweep.')
@allowed(['Standard_ZRS', 'Standard_LRS'])
param storageSku string = 'Standard_ZRS'

@description('Instances that always wait for notifications of Graph. With 0 a cold start may exceed the time that Graph waits.')
@minValue(0)
@maxValue(10)
param alwaysReadyHttpInstances int = 1

@description('Memory of an instance in MB.')
@allowed([512, 2048, 4096])
param instanceMemoryMB int = 2048

@description('Most instances at the same time. Session queues are over-scaled by their length, so this limits the cost of a storm.')
@minValue(40)
@maxValue(1000)
param maximumInstanceCount int = 40

@description('Days for which logs are kept.')
@minValue(30)
@maxValue(730)
param logRetentionDays int = 90

@description('Mail addresses that Azure Monitor tells when the installation itself is ill.')
param alertEmails string[] = []

@description('Minutes for which the relay may leave intents waiting before Azure Monitor alerts.')
@allowed([5, 15, 30, 60])
param waitingIntentsMinutes int = 15

@description('Tags of all resources.')
param tags object = {}

var allTags = union(tags, { 'azd-env-name': environmentName })
var suffix = uniqueString(subscription().id, environmentName, location)

resource group 'Microsoft.Resources/resourceGroups@2025-03-01' = {
  name: 'rg-entra-writeback-${environmentName}'
  location: location
  tags: allTags
}

module identity 'modules/identity.bicep' = {
  scope: group
  params: {
    name: 'id-entra-writeback-${suffix}'
    location: location
    tags: allTags
  }
}

module monitoring 'modules/monitoring.bicep' = {
  scope: group
  params: {
    suffix: suffix
    location: location
    tags: allTags
    retentionDays: logRetentionDays
    publisherPrincipalId: identity.outputs.principalId
  }
}

module storage 'modules/storage.bicep' = {
  scope: group
  params: {
    name: 'stewb${suffix}'
    location: location
    tags: allTags
    sku: storageSku
    privateNetwork: privateNetwork
    principalId: identity.outputs.principalId
  }
}

module serviceBus 'modules/service-bus.bicep' = {
  scope: group
  params: {
    name: 'sb-entra-writeback-${suffix}'
    location: location
    tags: allTags
    privateNetwork: privateNetwork
    messagingUnits: serviceBusMessagingUnits
    appPrincipalId: identity.outputs.principalId
    relayPrincipalIds: relayPrincipalIds
    workspaceName: monitoring.outputs.workspaceName
  }
}

module network 'modules/network.bicep' = if (privateNetwork) {
  scope: group
  params: {
    suffix: suffix
    location: location
    tags: allTags
    addressPrefix: virtualNetworkPrefix
    serviceBusName: serviceBus.outputs.name
    serviceBusHost: serviceBus.outputs.fullyQualifiedNamespace
    storageName: storage.outputs.name
  }
}

module functions 'modules/functions.bicep' = {
  scope: group
  params: {
    name: 'func-entra-writeback-${suffix}'
    location: location
    tags: allTags
    identityName: identity.outputs.name
    storageName: storage.outputs.name
    packageContainer: storage.outputs.packageContainer
    serviceBusHost: serviceBus.outputs.fullyQualifiedNamespace
    insightsName: monitoring.outputs.insightsName
    subnetId: privateNetwork ? network!.outputs.appSubnetId : ''
    alwaysReadyHttpInstances: alwaysReadyHttpInstances
    instanceMemoryMB: instanceMemoryMB
    maximumInstanceCount: maximumInstanceCount
    graphBaseUrl: graphBaseUrl
    notificationClientState: notificationClientState
    previousNotificationClientState: previousNotificationClientState
    settings: settings
    secretSettings: secretSettings
  }
}

module alerts 'modules/alerts.bicep' = {
  scope: group
  params: {
    suffix: suffix
    location: location
    tags: allTags
    emails: alertEmails
    waitingIntentsMinutes: waitingIntentsMinutes
    serviceBusName: serviceBus.outputs.name
    workspaceName: monitoring.outputs.workspaceName
  }
}

module workbook 'modules/workbook.bicep' = {
  scope: group
  params: {
    location: location
    tags: allTags
    serviceBusName: serviceBus.outputs.name
    workspaceName: monitoring.outputs.workspaceName
  }
}

@description('Resource group of the installation.')
output AZURE_RESOURCE_GROUP string = group.name

@description('Name of the function app.')
output AZURE_FUNCTION_APP_NAME string = functions.outputs.name

@description('Address of the function app, to which Graph sends notifications.')
output NOTIFICATION_URL string = functions.outputs.url

@description('Service Bus namespace, for serviceBus.namespace in relay.yaml.')
output SERVICE_BUS_NAMESPACE string = serviceBus.outputs.fullyQualifiedNamespace

@description('Object id of the identity of the functions, for: entra-writeback setup --identity.')
output IDENTITY_PRINCIPAL_ID string = identity.outputs.principalId
