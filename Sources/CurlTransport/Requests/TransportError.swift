/// Why there is no answer.
///
/// The description holds no URL, header or body, so it is safe to log.
public struct TransportError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds of failure, as callers act on them.
    public enum Code: String, Sendable, Hashable, CaseIterable {
        /// The request breaks a rule and was not sent.
        case invalidRequest
        /// The host has only addresses that must not be reached.
        case forbiddenAddress
        /// The host's name has no address.
        case unresolvedHost
        /// No connection came about.
        case connectionFailed
        /// TLS failed, or the certificate is not the host's.
        case tlsFailed
        /// A time limit passed.
        case timedOut
        /// The connection broke, or the answer ended too early.
        case connectionLost
        /// The answer is above a size limit.
        case responseTooLarge
        /// The answer is not HTTP.
        case malformedResponse
        /// The task was cancelled.
        case cancelled
        /// The transport was closed.
        case closed
        /// libcurl failed in another way.
        case failed
    }

    /// What went wrong.
    public let code: Code
    /// libcurl's own words for it, or ours.
    public let message: String

    /// Safe to log.
    public var description: String { "transport \(code.rawValue): \(message)" }

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}
