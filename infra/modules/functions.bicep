@description('Name of the function app.')
param name string

@description('Azure region.')
param location string

@description('Tags of the resources.')
param tags object

@description('User-assigned identity of the functions.')
param identityName string

@description('Storage account of the host, the packages and the state.')
param storageName string

@description('Container for deployed packages.')
param packageContainer string

@description('Host name of the Service Bus namespace.')
param serviceBusHost string

@description('Application Insights component.')
param insightsName string

@description('Subnet of the function app, or empty.')
param subnetId string

@description('Instances that always wait for requests.')
param alwaysReadyHttpInstances int

@description('Memory of an instance in MB.')
param instanceMemoryMB int

@description('Most instances at the same time.')
param maximumInstanceCount int

@description('Microsoft Graph, without version.')
param graphBaseUrl string

@description('Secret that Graph repeats in every notification.')
@secure()
param notificationClientState string

@description('The secret before the last change, or empty.')
@secure()
param previousNotificationClientState string

@description('Settings that differ from their defaults, by name.')
param settings object

@description('Settings that are secrets, by name.')
@secure()
param secretSettings object

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: identityName
}

resource storage 'Microsoft.Storage/storageAccounts@2024-01-01' existing = {
  name: storageName
}

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: insightsName
}

var platformSettings = {
  APPLICATIONINSIGHTS_CONNECTION_STRING: insights.properties.ConnectionString
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identity.properties.clientId};Authorization=AAD'
  AZURE_CLIENT_ID: identity.properties.clientId
  AZURE_TOKEN_CREDENTIALS: 'ManagedIdentityCredential'
  AzureWebJobsStorage__blobServiceUri: storage.properties.primaryEndpoints.blob
  AzureWebJobsStorage__clientId: identity.properties.clientId
  AzureWebJobsStorage__credential: 'managedidentity'
  ServiceBus__credential: 'managedidentity'
}

var appSettings = {
  GRAPH_BASE_URL: graphBaseUrl
  NOTIFICATION_CLIENT_STATE: notificationClientState
  NOTIFICATION_CLIENT_STATE_PREVIOUS: previousNotificationClientState
  NOTIFICATION_URL: 'https://${app.properties.defaultHostName}'
  POLICY_FILE: '/home/site/wwwroot/policy.yaml'
  ServiceBus__clientId: identity.properties.clientId
  ServiceBus__fullyQualifiedNamespace: serviceBusHost
  STATE_STORE: storage.properties.primaryEndpoints.table
}

resource plan 'Microsoft.Web/serverfarms@2024-11-01' = {
  name: 'plan-${name}'
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { name: 'FC1', tier: 'FlexConsumption' }
  properties: { reserved: true }
}

resource app 'Microsoft.Web/sites@2024-11-01' = {
  name: name
  location: location
  tags: union(tags, { 'azd-service-name': 'functions' })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identity.id}': {} }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    virtualNetworkSubnetId: empty(subnetId) ? null : subnetId
    siteConfig: { minTlsVersion: '1.2' }
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: '${storage.properties.primaryEndpoints.blob}${packageContainer}'
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identity.id
          }
        }
      }
      runtime: { name: 'node', version: '24' }
      scaleAndConcurrency: {
        alwaysReady: alwaysReadyHttpInstances == 0 ? [] : [{ name: 'http', instanceCount: alwaysReadyHttpInstances }]
        instanceMemoryMB: instanceMemoryMB
        maximumInstanceCount: maximumInstanceCount
      }
    }
  }

  resource configuration 'config' = {
    name: 'appsettings'
    // What the infrastructure knows comes last, so that no setting can point elsewhere.
    properties: union(settings, secretSettings, appSettings, platformSettings)
  }

  // Deployments log on with Entra ID; the publishing user and password of the site do not work.
  resource publishingByScm 'basicPublishingCredentialsPolicies' = {
    name: 'scm'
    properties: { allow: false }
  }

  resource publishingByFtp 'basicPublishingCredentialsPolicies' = {
    name: 'ftp'
    properties: { allow: false }
  }
}

@description('Name of the function app.')
output name string = app.name

@description('Address of the function app.')
output url string = 'https://${app.properties.defaultHostName}'
