// These watch the installation itself. What happens to objects is told by entra-writeback's own alerts.

@description('End of the resource names, unique for this installation.')
param suffix string

@description('Azure region.')
param location string

@description('Tags of the resources.')
param tags object

@description('Mail addresses that are told.')
param emails string[]

@description('Minutes for which intents may wait.')
param waitingIntentsMinutes int

@description('Service Bus namespace that is watched.')
param serviceBusName string

@description('Log Analytics workspace that is watched.')
param workspaceName string

resource serviceBus 'Microsoft.ServiceBus/namespaces@2024-01-01' existing = {
  name: serviceBusName
}

resource workspace 'Microsoft.OperationalInsights/workspaces@2022-10-01' existing = {
  name: workspaceName
}

resource people 'Microsoft.Insights/actionGroups@2021-09-01' = {
  name: 'ag-entra-writeback-${suffix}'
  location: 'global'
  tags: tags
  properties: {
    groupShortName: 'EntraWriteb'
    enabled: true
    emailReceivers: [for (email, index) in emails: {
      name: 'mail-${index}'
      emailAddress: email
      useCommonAlertSchema: true
    }]
  }
}

var metricRules = [
  {
    name: 'dead-letters'
    description: 'Messages were given up (dead letters). docs/operations.md tells how to look at them and send them again.'
    severity: 1
    metric: 'DeadletteredMessages'
    aggregation: 'Maximum'
    threshold: 0
    window: 'PT15M'
    queues: ['*']
  }
  {
    name: 'intents-wait'
    description: 'Intents wait and the queue was never empty: no relay takes them, or it is paused. Look at the health endpoint of the relay.'
    severity: 1
    metric: 'ActiveMessages'
    aggregation: 'Minimum'
    threshold: 0
    window: waitingIntentsMinutes == 60 ? 'PT1H' : 'PT${waitingIntentsMinutes}M'
    queues: ['intents']
  }
  {
    name: 'throttled'
    description: 'Service Bus refuses requests: more messages than the tier allows. Slow the sweep (SYNC_OBJECTS_PER_SECOND) or use Premium.'
    severity: 2
    metric: 'ThrottledRequests'
    aggregation: 'Total'
    threshold: 100
    window: 'PT15M'
    queues: ['*']
  }
]

resource metricAlerts 'Microsoft.Insights/metricAlerts@2018-03-01' = [for rule in metricRules: {
  name: 'entra-writeback-${rule.name}-${suffix}'
  location: 'global'
  tags: tags
  properties: {
    description: rule.description
    severity: rule.severity
    enabled: true
    scopes: [serviceBus.id]
    evaluationFrequency: 'PT5M'
    windowSize: rule.window
    autoMitigate: true
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
      allOf: [
        {
          name: rule.name
          criterionType: 'StaticThresholdCriterion'
          metricNamespace: 'Microsoft.ServiceBus/namespaces'
          metricName: rule.metric
          timeAggregation: rule.aggregation
          operator: 'GreaterThan'
          threshold: rule.threshold
          dimensions: [{ name: 'EntityName', operator: 'Include', values: rule.queues }]
        }
      ]
    }
    actions: [{ actionGroupId: people.id }]
  }
}]

var logRules = [
  {
    name: 'standstill'
    description: 'The timer that rings for the feeds did not run for 15 minutes: the function app does not start. Look at its log stream.'
    severity: 0
    query: 'AppRequests | where Name has "feeds" and Success == true'
    operator: 'LessThan'
    threshold: 1
  }
  {
    name: 'executions-fail'
    description: 'Executions of functions fail. Graph and Service Bus retry, so nothing is lost yet.'
    severity: 2
    query: 'AppRequests | where Success == false'
    operator: 'GreaterThan'
    threshold: 20
  }
  {
    name: 'messages-rejected'
    description: 'Messages were set aside in the queue rejected because they can never succeed. Each holds its reason.'
    severity: 2
    query: 'AppTraces | where Message has "message.rejected"'
    operator: 'GreaterThan'
    threshold: 0
  }
  {
    name: 'alert-channel-failed'
    description: 'A channel of alerts.yaml takes no messages. Should all of them fail, this is the only one that still tells. The entry says why.'
    severity: 2
    query: 'AppTraces | where Message has "alert.notSent" and tostring(parse_json(Message).givenUp) == "true"'
    operator: 'GreaterThan'
    threshold: 0
  }
]

resource logAlerts 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [for rule in logRules: {
  name: 'entra-writeback-${rule.name}-${suffix}'
  location: location
  tags: tags
  kind: 'LogAlert'
  properties: {
    displayName: 'entra-writeback: ${rule.name}'
    description: rule.description
    severity: rule.severity
    enabled: true
    scopes: [workspace.id]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT15M'
    autoMitigate: true
    // The tables do not exist before the first telemetry arrives.
    skipQueryValidation: true
    criteria: {
      allOf: [
        {
          query: rule.query
          timeAggregation: 'Count'
          operator: rule.operator
          threshold: rule.threshold
          failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
        }
      ]
    }
    actions: { actionGroups: [people.id] }
  }
}]
