@description('Azure region.')
param location string

@description('Tags of the resource.')
param tags object

@description('Service Bus namespace that is shown.')
param serviceBusName string

@description('Log Analytics workspace that is shown.')
param workspaceName string

resource serviceBus 'Microsoft.ServiceBus/namespaces@2024-01-01' existing = {
  name: serviceBusName
}

resource workspace 'Microsoft.OperationalInsights/workspaces@2022-10-01' existing = {
  name: workspaceName
}

resource workbook 'Microsoft.Insights/workbooks@2022-04-01' = {
  name: guid(workspace.id, 'entra-writeback')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    displayName: 'entra-writeback'
    category: 'workbook'
    sourceId: workspace.id
    version: '1.0'
    serializedData: replace(loadTextContent('../workbook.json'), '{serviceBusId}', serviceBus.id)
  }
}
