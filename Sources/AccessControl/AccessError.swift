public import MemoryModel

/// Why a credential did not become a principal, or a principal may not do what it asks.
///
/// Safe to log: it never carries the credential.
public struct AccessError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds of failure, as callers act on them.
    public enum Code: String, Sendable, Hashable, CaseIterable {
        /// No credential was shown.
        case missingCredential
        /// The credential is not a key of ours, or was mistyped: refused without a query.
        case malformedCredential
        /// Unknown, wrong, expired or revoked: the four are told apart nowhere.
        case refusedCredential
        /// The principal lacks the scope that the route needs.
        case insufficientScope
        /// A key may not be given more than its maker has.
        case exceedsIssuer
        /// Credentials cannot be looked up now; `cause` says why.
        case unavailable
    }

    /// The kind of failure.
    public let code: Code
    /// The scope that is needed, for `insufficientScope`.
    public let scope: AccessScope?
    /// What the store said, for `unavailable`.
    public let cause: StoreError?

    /// Makes an error.
    public init(_ code: Code, scope: AccessScope? = nil, cause: StoreError? = nil) {
        self.code = code
        self.scope = scope
        self.cause = cause
    }

    /// Safe to log.
    public var description: String {
        var text = "access \(code.rawValue)"
        if let scope { text += " (\(scope.rawValue))" }
        if let cause { text += ": \(cause)" }
        return text
    }
}
