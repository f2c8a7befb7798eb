export { createUcwaAccount } from './account';
export type { Diagnostics } from './diagnostics';
export {
  type AuthenticationFailureReason,
  type DiscoveryAttempt,
  EventChannelTakenError,
  type InvalidParameter,
  type TransportFailureKind,
  UcwaActionUnavailableError,
  UcwaApplicationGoneError,
  UcwaAuthenticationError,
  UcwaCircuitOpenError,
  UcwaClosedError,
  UcwaConversationEndedError,
  UcwaDiscoveryError,
  UcwaError,
  type UcwaErrorFacts,
  UcwaNotEnabledError,
  UcwaNotFoundError,
  UcwaOperationFailedError,
  UcwaPreconditionFailedError,
  UcwaProtocolError,
  UcwaProxyAnswerError,
  UcwaResponseError,
  UcwaTransportError,
  UcwaUnknownOutcomeError,
  UntrustedLinkError,
} from './errors';
export type * from './meeting-control';
export type * from './options';
export type { Reason } from './resources/event-package';
export type { ParticipantRole } from './resources/participant';
export type { MyOnlineMeeting, MyOnlineMeetingInput } from './resources/my-online-meeting';
export type { OnlineMeeting } from './resources/online-meeting';
export type { OnlineMeetingDefaultValues } from './resources/online-meeting-default-values';
export type { OnlineMeetingEligibleValues } from './resources/online-meeting-eligible-values';
export type {
  OnlineMeetingExtension,
  OnlineMeetingExtensionChanges,
  OnlineMeetingExtensionInput,
  OnlineMeetingExtensionType,
} from './resources/online-meeting-extension';
export type { OnlineMeetingInvitationCustomization } from './resources/online-meeting-invitation-customization';
export type { OnlineMeetingPolicies } from './resources/online-meeting-policies';
export type { DialInRegion, PhoneDialInInformation } from './resources/phone-dial-in-information';
export type * from './surface';
export type { Challenge, SignInOffer, SignInWay } from './challenge';

export { notOffered, offeredNames, usableCredentials, wayNames } from './sign-in-ways';
export {
  type CertificateReport,
  type ChallengeReport,
  checkCredentials,
  discover,
  type DiscoveryReport,
  readCertificate,
  readChallenges,
  type TokenReport,
} from './steps';
