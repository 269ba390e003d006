/// Why a store could not do what it was asked.
///
/// Safe to log: it names tables and fields, never contents.
public struct StoreError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds of failure, as callers act on them.
    public enum Code: String, Sendable, Hashable, CaseIterable {
        /// The row is not there, or not the caller's: the two are told apart nowhere.
        case notFound
        /// Something with this id or name is there already.
        case alreadyExists
        /// The version or state expected is not the present one.
        case conflict
        /// A value breaks a rule; `field` names it.
        case invalid
        /// The principal's role may not write this.
        case forbidden
        /// The workspace's tier allows no more; `field` names the quota.
        case quotaExceeded
        /// No connection became free in time: 503 with Retry-After.
        case overloaded
        /// The database cannot be reached.
        case unavailable
        /// The deadline passed.
        case deadlineExceeded
        /// The caller went away.
        case cancelled
        /// The commit's answer was lost: the idempotency key decides on the next try.
        case outcomeUnknown
        /// The disk is full.
        case storageFull
        /// The schema is not the one this binary needs.
        case schemaMismatch
        /// A fault of ours.
        case `internal`
    }

    /// The kind of failure.
    public let code: Code
    /// A sentence for the log.
    public let message: String
    /// The noun or field concerned, such as `thread` or `scope.id`.
    public let field: String?

    /// Makes an error.
    public init(_ code: Code, _ message: String, field: String? = nil) {
        self.code = code
        self.message = message
        self.field = field
    }

    /// Safe to log.
    public var description: String {
        "store \(code.rawValue)" + (field.map { " (\($0))" } ?? "") + ": \(message)"
    }
}
