package import AccessControl
package import MemoryEngine
package import MemoryModel

/// The only place where failures of other targets become statuses.
extension Problem {
    /// The problem of any error; what is not known is a fault of ours and says nothing of itself.
    package init(_ error: any Error) {
        switch error {
        case let problem as Problem: self = problem
        case let error as StoreError: self.init(error)
        case let error as EngineError: self.init(error)
        case let error as AccessError: self.init(error)
        case let error as EmbeddingError: self.init(error)
        case let error as JSONError: self.init(error)
        case is CancellationError: self.init(.deadlineExceeded)
        default: self.init(.internalError)
        }
    }

    /// The problem of a failed store.
    package init(_ error: StoreError) {
        switch error.code {
        case .notFound: self.init(.notFound)
        case .alreadyExists: self.init(.alreadyExists, errors: Self.field(error.field, "is there already"))
        case .conflict:
            if error.field == Self.idempotencyField {
                self.init(.requestInProgress)
            } else if error.field == "version" {
                self.init(.versionMismatch)
            } else {
                self.init(.conflict, errors: Self.field(error.field, "does not fit the present state"))
            }
        case .invalid:
            if error.field == Self.idempotencyField {
                self.init(.idempotencyKeyReused)
            } else {
                self.init(.invalidRequest, errors: Self.field(error.field, "is not valid"))
            }
        case .forbidden: self.init(.forbidden)
        case .quotaExceeded:
            let quota = error.field ?? "of this kind"
            self.init(
                .quotaExceeded,
                "The workspace's tier allows no more \(quota); GET /v1/workspace/limits shows what it allows.",
                errors: [FieldProblem(.parameter(quota), "is used up")]
            )
        case .overloaded: self.init(.overloaded)
        case .unavailable, .schemaMismatch: self.init(.unavailable)
        case .deadlineExceeded, .cancelled: self.init(.deadlineExceeded)
        case .outcomeUnknown: self.init(.outcomeUnknown)
        case .storageFull: self.init(.storageFull)
        case .internal: self.init(.internalError)
        }
    }

    /// The problem of a failed engine; its sentences are meant for callers.
    package init(_ error: EngineError) {
        let errors = Self.field(error.field, error.message)
        switch error.code {
        case .invalid, .tooLarge: self.init(.invalidRequest, errors: errors)
        case .injectedText: self.init(.injectedText, errors: errors)
        case .conflict:
            self.init(error.field == "version" ? .versionMismatch : .conflict, error.message, errors: errors)
        case .erased: self.init(.erased, errors: errors)
        case .forbidden: self.init(.forbidden, error.message, errors: errors)
        case .indexUnavailable: self.init(.unavailable)
        case .deadlineExceeded, .cancelled: self.init(.deadlineExceeded)
        case .internal: self.init(.internalError)
        }
    }

    /// The problem of a refused credential.
    package init(_ error: AccessError) {
        switch error.code {
        case .missingCredential: self.init(.missingCredential)
        case .malformedCredential, .refusedCredential: self.init(.invalidCredential)
        case .insufficientScope:
            self.init(.insufficientScope, error.scope.map { "This route needs the scope \($0.rawValue)." })
        case .exceedsIssuer: self.init(.forbidden, "A key cannot be given more than its maker has.")
        case .unavailable:
            if let cause = error.cause { self.init(cause) } else { self.init(.unavailable) }
        }
    }

    /// The problem of a failed embedding, where it reaches a caller at all.
    package init(_ error: EmbeddingError) {
        switch error.code {
        case .unavailable:
            self.init(.unavailable, retryAfter: error.retryAfter.map { max(1, Int($0.components.seconds)) })
        case .refused, .invalidAnswer: self.init(.unavailable)
        case .deadlineExceeded, .cancelled: self.init(.deadlineExceeded)
        case .invalidInput: self.init(.invalidRequest, "A text cannot be embedded.")
        }
    }

    /// The problem of a body that is not the JSON we take.
    package init(_ error: JSONError) {
        self.init(
            error.code == .size ? .bodyTooLarge : .malformedBody,
            "At byte \(error.offset).",
            errors: [FieldProblem(.body(error.pointer), error.detail)]
        )
    }

    private static let idempotencyField = "Idempotency-Key"

    private static func field(_ name: String?, _ detail: String) -> [FieldProblem] {
        name.map { [FieldProblem(.body(JSONPointer(fieldPath: $0)), detail)] } ?? []
    }
}
