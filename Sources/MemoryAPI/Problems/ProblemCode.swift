package import HTTPTypes

/// The stable codes of failures: clients decide by them, so none is ever renamed or given another status.
package enum ProblemCode: String, Sendable, Hashable, CaseIterable {
    /// The body is not the JSON we take.
    case malformedBody = "malformed_body"
    /// A field or parameter breaks a rule; `errors` names it.
    case invalidRequest = "invalid_request"
    /// The cursor is not one of ours, or of another list.
    case invalidCursor = "invalid_cursor"
    /// The consistency token is not one of ours, or of another workspace.
    case invalidToken = "invalid_token"
    /// The text holds a block that Mneme itself put into a prompt.
    case injectedText = "injected_text"
    /// No credential.
    case missingCredential = "missing_credential"
    /// A credential that opens nothing.
    case invalidCredential = "invalid_credential"
    /// The credential lacks the route's scope.
    case insufficientScope = "insufficient_scope"
    /// The principal may not do this.
    case forbidden
    /// Not there, or not the caller's.
    case notFound = "not_found"
    /// The path has other methods.
    case methodNotAllowed = "method_not_allowed"
    /// Something with this id or name is there.
    case alreadyExists = "already_exists"
    /// The present state does not allow it.
    case conflict
    /// It was erased, and is not asked back.
    case erased
    /// The same Idempotency-Key is being answered now.
    case requestInProgress = "request_in_progress"
    /// The version in If-Match is not the present one.
    case versionMismatch = "version_mismatch"
    /// The body is larger than the route takes.
    case bodyTooLarge = "body_too_large"
    /// The body is not JSON, or is compressed.
    case unsupportedMediaType = "unsupported_media_type"
    /// The Idempotency-Key came before with another request.
    case idempotencyKeyReused = "idempotency_key_reused"
    /// The body came too slowly.
    case requestTimeout = "request_timeout"
    /// The caller has used up its requests for now.
    case rateLimited = "rate_limited"
    /// The workspace has used up what its tier allows.
    case quotaExceeded = "quota_exceeded"
    /// A fault of ours.
    case internalError = "internal_error"
    /// Too much at once.
    case overloaded
    /// Something Mneme needs cannot be reached.
    case unavailable
    /// Whether the write was done is not known: repeat it with the same Idempotency-Key.
    case outcomeUnknown = "outcome_unknown"
    /// The deadline passed.
    case deadlineExceeded = "deadline_exceeded"
    /// The disk is full.
    case storageFull = "storage_full"

    /// The HTTP status.
    package var status: HTTPResponse.Status {
        switch self {
        case .malformedBody, .invalidRequest, .invalidCursor, .invalidToken, .injectedText: .badRequest
        case .missingCredential, .invalidCredential: .unauthorized
        case .insufficientScope, .forbidden, .quotaExceeded: .forbidden
        case .notFound: .notFound
        case .methodNotAllowed: .methodNotAllowed
        case .alreadyExists, .conflict, .erased, .requestInProgress: .conflict
        case .versionMismatch: .preconditionFailed
        case .bodyTooLarge: .contentTooLarge
        case .unsupportedMediaType: .unsupportedMediaType
        case .idempotencyKeyReused: .unprocessableContent
        case .requestTimeout: .requestTimeout
        case .rateLimited: .tooManyRequests
        case .internalError: .internalServerError
        case .overloaded, .unavailable, .outcomeUnknown: .serviceUnavailable
        case .deadlineExceeded: .gatewayTimeout
        case .storageFull: HTTPResponse.Status(code: 507, reasonPhrase: "Insufficient Storage")
        }
    }

    /// The title, the same for every occurrence.
    package var title: String {
        switch self {
        case .malformedBody: "The body is not valid JSON"
        case .invalidRequest: "The request is not valid"
        case .invalidCursor: "The cursor is not valid here"
        case .invalidToken: "The consistency token is not valid here"
        case .injectedText: "The text comes from a context pack"
        case .missingCredential: "A credential is needed"
        case .invalidCredential: "The credential is not valid"
        case .insufficientScope: "The credential lacks a scope"
        case .forbidden: "Not allowed"
        case .notFound: "Not found"
        case .methodNotAllowed: "Method not allowed"
        case .alreadyExists: "It exists already"
        case .conflict: "The present state does not allow it"
        case .erased: "It was erased"
        case .requestInProgress: "The same request is being answered"
        case .versionMismatch: "The version is not the present one"
        case .bodyTooLarge: "The body is too large"
        case .unsupportedMediaType: "Only JSON is taken"
        case .idempotencyKeyReused: "The Idempotency-Key was used for another request"
        case .requestTimeout: "The request came too slowly"
        case .rateLimited: "Too many requests"
        case .quotaExceeded: "A quota is used up"
        case .internalError: "Internal error"
        case .overloaded: "Overloaded"
        case .unavailable: "Not available now"
        case .outcomeUnknown: "The outcome is not known"
        case .deadlineExceeded: "The deadline passed"
        case .storageFull: "Storage is full"
        }
    }

    /// Seconds to wait before it is worth trying again, where it is.
    var retryAfter: Int? {
        switch self {
        case .requestInProgress, .overloaded, .outcomeUnknown: 1
        case .unavailable: 5
        case .storageFull: 60
        default: nil
        }
    }
}
