@description('End of the resource names, unique for this installation.')
param suffix string

@description('Azure region.')
param location string

@description('Tags of the resources.')
param tags object

@description('Address range of the virtual network, /24 or larger.')
param addressPrefix string

@description('Service Bus namespace that gets a private endpoint.')
param serviceBusName string

@description('Host name of the namespace.')
param serviceBusHost string

@description('Storage account that gets private endpoints for blobs and tables.')
param storageName string

resource network 'Microsoft.Network/virtualNetworks@2024-05-01' = {
  name: 'vnet-entra-writeback-${suffix}'
  location: location
  tags: tags
  properties: {
    addressSpace: { addressPrefixes: [addressPrefix] }
    subnets: [
      {
        name: 'app'
        properties: {
          addressPrefix: cidrSubnet(addressPrefix, 26, 0)
          delegations: [
            {
              name: 'flex-consumption'
              properties: { serviceName: 'Microsoft.App/environments' }
            }
          ]
        }
      }
      {
        name: 'endpoints'
        properties: { addressPrefix: cidrSubnet(addressPrefix, 26, 1) }
      }
    ]
  }

  resource app 'subnets' existing = {
    name: 'app'
  }

  resource endpoints 'subnets' existing = {
    name: 'endpoints'
  }
}

resource serviceBus 'Microsoft.ServiceBus/namespaces@2024-01-01' existing = {
  name: serviceBusName
}

resource storage 'Microsoft.Storage/storageAccounts@2024-01-01' existing = {
  name: storageName
}

module serviceBusEndpoint 'private-endpoint.bicep' = {
  params: {
    name: 'pep-service-bus-${suffix}'
    location: location
    tags: tags
    networkId: network.id
    subnetId: network::endpoints.id
    resourceId: serviceBus.id
    groupId: 'namespace'
    zone: 'privatelink.${join(skip(split(serviceBusHost, '.'), 1), '.')}'
  }
}

module blobEndpoint 'private-endpoint.bicep' = {
  params: {
    name: 'pep-blob-${suffix}'
    location: location
    tags: tags
    networkId: network.id
    subnetId: network::endpoints.id
    resourceId: storage.id
    groupId: 'blob'
    zone: 'privatelink.blob.${environment().suffixes.storage}'
  }
}

module tableEndpoint 'private-endpoint.bicep' = {
  params: {
    name: 'pep-table-${suffix}'
    location: location
    tags: tags
    networkId: network.id
    subnetId: network::endpoints.id
    resourceId: storage.id
    groupId: 'table'
    zone: 'privatelink.table.${environment().suffixes.storage}'
  }
}

@description('Subnet of the function app.')
output appSubnetId string = network::app.id
