/// Why the engine could not do what it was asked.
///
/// Safe to log: it names fields and rules, never contents.
public struct EngineError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds of failure, as callers act on them.
    public enum Code: String, Sendable, Hashable, CaseIterable {
        /// A value breaks a rule; `field` names it.
        case invalid
        /// A text or list is larger than its limit; `field` names it.
        case tooLarge
        /// The text holds a block that this service itself put into a prompt.
        case injectedText
        /// What is asked for does not fit the present state.
        case conflict
        /// It was erased, and is not asked back.
        case erased
        /// The principal may not do this, whatever its role.
        case forbidden
        /// The index cannot be loaded now.
        case indexUnavailable
        /// The deadline passed.
        case deadlineExceeded
        /// The caller went away.
        case cancelled
        /// A fault of ours.
        case `internal`
    }

    /// The kind of failure.
    public let code: Code
    /// A sentence for the caller and the log.
    public let message: String
    /// The field concerned, such as `content` or `items[3].content`.
    public let field: String?

    /// Makes an error.
    public init(_ code: Code, _ message: String, field: String? = nil) {
        self.code = code
        self.message = message
        self.field = field
    }

    /// Safe to log.
    public var description: String {
        "engine \(code.rawValue)" + (field.map { " (\($0))" } ?? "") + ": \(message)"
    }

    /// What was erased stays erased.
    static func erased(_ field: String) -> EngineError {
        EngineError(.erased, "was erased; restore_erased writes it again", field: field)
    }

    /// The same failure of one element of a batch.
    func inside(_ element: String) -> EngineError {
        EngineError(code, message, field: field.map { "\(element).\($0)" } ?? element)
    }
}
