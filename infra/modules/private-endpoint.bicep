@description('Name of the endpoint.')
param name string

@description('Azure region.')
param location string

@description('Tags of the resources.')
param tags object

@description('Virtual network that resolves the zone.')
param networkId string

@description('Subnet of the endpoint.')
param subnetId string

@description('Resource that is reached through the endpoint.')
param resourceId string

@description('Part of the resource: namespace, blob or table.')
param groupId string

@description('Private DNS zone of that part.')
param zone string

resource endpoint 'Microsoft.Network/privateEndpoints@2024-05-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    subnet: { id: subnetId }
    privateLinkServiceConnections: [
      {
        name: groupId
        properties: {
          privateLinkServiceId: resourceId
          groupIds: [groupId]
        }
      }
    ]
  }

  resource names 'privateDnsZoneGroups' = {
    name: 'default'
    properties: {
      privateDnsZoneConfigs: [
        {
          name: groupId
          properties: { privateDnsZoneId: dnsZone.id }
        }
      ]
    }
  }
}

resource dnsZone 'Microsoft.Network/privateDnsZones@2020-06-01' = {
  name: zone
  location: 'global'
  tags: tags

  resource link 'virtualNetworkLinks' = {
    name: 'entra-writeback'
    location: 'global'
    tags: tags
    properties: {
      registrationEnabled: false
      virtualNetwork: { id: networkId }
    }
  }
}
