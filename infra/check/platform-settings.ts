/** App settings that Azure or a library reads, not our code: who reads each, and what for. */
export const platformSettings = {
  APPLICATIONINSIGHTS_CONNECTION_STRING: 'Functions host: where telemetry goes.',
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING:
    'Functions host: telemetry with the identity, since keys are off.',
  AZURE_CLIENT_ID: '@azure/identity: which user-assigned identity to use.',
  AZURE_TOKEN_CREDENTIALS:
    '@azure/identity: try the managed identity alone, so that a failure says why at once.',
  AzureWebJobsStorage__blobServiceUri: 'Functions host: locks of timers and keys of functions.',
  AzureWebJobsStorage__clientId: 'Functions host: the identity for that.',
  AzureWebJobsStorage__credential: 'Functions host: an identity instead of a key.',
  ServiceBus__credential: 'Functions host: the triggers use an identity, ServiceBus__clientId tells which.',
} as const;
