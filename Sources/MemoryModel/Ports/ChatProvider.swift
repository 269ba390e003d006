/// Who says something to a chat model.
public enum ChatRole: String, Sendable, Hashable, CaseIterable, Codable {
    /// Whom the model serves.
    case user
    /// The model itself, in an earlier turn.
    case assistant
}

/// One turn of a chat with a model.
public struct ChatTurn: Sendable, Hashable {
    /// Who says it.
    public let role: ChatRole
    /// The text.
    public let text: String

    /// Makes a turn.
    public init(_ role: ChatRole, _ text: String) {
        self.role = role
        self.text = text
    }
}

/// What a chat model is asked.
public struct ChatRequest: Sendable, Hashable {
    /// What the model is told about its task; not from anybody whose text is worked on.
    public var instructions: String
    /// The conversation, the last turn a user's.
    public var turns: [ChatTurn]
    /// A JSON Schema that the answer must follow, with a short name; nil for plain text.
    public var schema: ChatSchema?
    /// The most tokens of the answer.
    public var answerTokens: Int

    /// Makes a request.
    public init(instructions: String, turns: [ChatTurn], schema: ChatSchema? = nil, answerTokens: Int = 2_000) {
        self.instructions = instructions
        self.turns = turns
        self.schema = schema
        self.answerTokens = answerTokens
    }
}

/// A JSON Schema that an answer must follow.
public struct ChatSchema: Sendable, Hashable {
    /// Letters, digits and underscores.
    public let name: String
    /// The schema; objects closed and all their members required, as providers want it.
    public let schema: JSONValue

    /// Makes a schema.
    public init(name: String, schema: JSONValue) {
        self.name = name
        self.schema = schema
    }
}

/// What a chat model answered.
public struct ChatAnswer: Sendable, Hashable {
    /// The text.
    public let text: String
    /// The answer as JSON, where a schema was asked for and the text holds any; not checked against the schema.
    public let json: JSONValue?
    /// Tokens of the request, where the provider counts them.
    public let requestTokens: Int?
    /// Tokens of the answer, where the provider counts them.
    public let answerTokens: Int?
    /// What the provider was used for; more than one call where it was asked again.
    public var usage: ProviderUsage

    /// Makes an answer of one call.
    public init(text: String, json: JSONValue? = nil, requestTokens: Int? = nil, answerTokens: Int? = nil) {
        self.text = text
        self.json = json
        self.requestTokens = requestTokens
        self.answerTokens = answerTokens
        usage = ProviderUsage(calls: 1, tokens: Int64(requestTokens ?? 0) + Int64(answerTokens ?? 0))
    }
}

/// Answers through one chat model: for summaries and for finding what is worth keeping.
///
/// Implementations retry what is worth it and never outlast the deadline. An answer that was cut off, or that the model
/// declined to give, is a failure.
public protocol ChatProvider: Sendable {
    /// The provider's name, for usage.
    var name: String { get }
    /// The model's name, for usage and provenance.
    var model: String { get }

    /// Asks the model.
    func answer(_ request: ChatRequest, deadline: ContinuousClock.Instant?) async throws(ChatError) -> ChatAnswer
}

/// Why a chat model gave no answer that can be used.
///
/// Never carries a text or a provider's answer.
public struct ChatError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds of failure, as callers act on them.
    public enum Code: String, Sendable, Hashable, CaseIterable {
        /// Down or overloaded: try again later.
        case unavailable
        /// The deadline passed.
        case deadlineExceeded
        /// The caller went away.
        case cancelled
        /// The provider refused the key, the quota or the model's name: trying again does not help until somebody acts.
        case refused
        /// The request cannot be answered: it is too long, or the provider finds it wrong.
        case invalidInput
        /// The model would not answer.
        case declined
        /// The answer was cut off at its longest.
        case truncated
        /// The answer failed a check.
        case invalidAnswer
    }

    /// The kind of failure.
    public let code: Code
    /// A sentence for the log; no text, no secret.
    public let message: String
    /// How long the provider asked to wait.
    public let retryAfter: Duration?
    /// What the provider was used for before it failed.
    public var usage = ProviderUsage.none

    /// Makes an error.
    public init(_ code: Code, _ message: String, retryAfter: Duration? = nil) {
        self.code = code
        self.message = message
        self.retryAfter = retryAfter
    }

    /// Safe to log.
    public var description: String { "chat \(code.rawValue): \(message)" }
}
