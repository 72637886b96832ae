export {
  verifyWebhook,
  WebhookVerificationError,
  type VerificationFailure,
  type VerifiedWebhook,
  type VerifyOptions,
  type WebhookHeaders,
} from './verify-webhook.ts';
