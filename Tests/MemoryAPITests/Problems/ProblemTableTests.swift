import AccessControl
import HTTPTypes
import MemoryAPI
import MemoryAPITestSupport
import MemoryEngine
import MemoryModel
import Testing

/// The whole mapping of failures to statuses, line by line: a changed line is a changed contract.
struct ProblemTableTests {
    @Test(arguments: ProblemCode.allCases)
    func everyCodeHasItsStatus(code: ProblemCode) {
        let expected: [ProblemCode: Int] = [
            .malformedBody: 400, .invalidRequest: 400, .invalidCursor: 400, .invalidToken: 400, .injectedText: 400,
            .missingCredential: 401, .invalidCredential: 401, .insufficientScope: 403, .forbidden: 403, .notFound: 404,
            .methodNotAllowed: 405, .alreadyExists: 409, .conflict: 409, .erased: 409, .requestInProgress: 409,
            .versionMismatch: 412,
            .bodyTooLarge: 413, .unsupportedMediaType: 415, .idempotencyKeyReused: 422, .requestTimeout: 408,
            .rateLimited: 429, .quotaExceeded: 403,
            .internalError: 500, .overloaded: 503, .unavailable: 503, .outcomeUnknown: 503, .deadlineExceeded: 504,
            .storageFull: 507,
        ]
        #expect(expected[code] == code.status.code)
        #expect(!code.title.isEmpty)
    }

    @Test(arguments: StoreError.Code.allCases)
    func everyFailureOfAStoreHasItsCode(code: StoreError.Code) {
        let expected: ProblemCode =
            switch code {
            case .notFound: .notFound
            case .alreadyExists: .alreadyExists
            case .conflict: .conflict
            case .invalid: .invalidRequest
            case .forbidden: .forbidden
            case .quotaExceeded: .quotaExceeded
            case .overloaded: .overloaded
            case .unavailable, .schemaMismatch: .unavailable
            case .deadlineExceeded, .cancelled: .deadlineExceeded
            case .outcomeUnknown: .outcomeUnknown
            case .storageFull: .storageFull
            case .internal: .internalError
            }
        let problem = Problem(StoreError(code, "SELECT secret FROM items", field: "scope.id"))
        #expect(problem.code == expected)
        #expect(!problem.detail.contains("SELECT"))
        #expect(!problem.errors.contains { $0.detail.contains("SELECT") })
    }

    @Test func failuresOfIdempotencyAndVersionsHaveCodesOfTheirOwn() {
        #expect(Problem(StoreError(.conflict, "", field: "Idempotency-Key")).code == .requestInProgress)
        #expect(Problem(StoreError(.invalid, "", field: "Idempotency-Key")).code == .idempotencyKeyReused)
        #expect(Problem(StoreError(.conflict, "", field: "version")).code == .versionMismatch)
        #expect(Problem(EngineError(.conflict, "", field: "version")).code == .versionMismatch)
    }

    @Test(arguments: EngineError.Code.allCases)
    func everyFailureOfTheEngineHasItsCode(code: EngineError.Code) {
        let expected: ProblemCode =
            switch code {
            case .invalid, .tooLarge: .invalidRequest
            case .injectedText: .injectedText
            case .erased: .erased
            case .conflict: .conflict
            case .forbidden: .forbidden
            case .indexUnavailable: .unavailable
            case .deadlineExceeded, .cancelled: .deadlineExceeded
            case .internal: .internalError
            }
        let problem = Problem(EngineError(code, "is wrong", field: "items[2].content"))
        #expect(problem.code == expected)
        if code == .invalid || code == .tooLarge {
            #expect(
                problem.errors == [
                    FieldProblem(.body(JSONPointer([.key("items"), .index(2), .key("content")])), "is wrong")
                ]
            )
        }
    }

    @Test(arguments: AccessError.Code.allCases)
    func everyRefusalHasItsCode(code: AccessError.Code) {
        let expected: ProblemCode =
            switch code {
            case .missingCredential: .missingCredential
            case .malformedCredential, .refusedCredential: .invalidCredential
            case .insufficientScope: .insufficientScope
            case .exceedsIssuer: .forbidden
            case .unavailable: .unavailable
            }
        #expect(Problem(AccessError(code)).code == expected)
    }

    @Test func aFailedLookUpOfCredentialsIsTheStoresFailure() {
        #expect(Problem(AccessError(.unavailable, cause: StoreError(.overloaded, ""))).code == .overloaded)
    }

    @Test(arguments: EmbeddingError.Code.allCases)
    func everyFailureOfAProviderHasItsCode(code: EmbeddingError.Code) {
        let expected: ProblemCode =
            switch code {
            case .unavailable, .refused, .invalidAnswer: .unavailable
            case .deadlineExceeded, .cancelled: .deadlineExceeded
            case .invalidInput: .invalidRequest
            }
        #expect(Problem(EmbeddingError(code, "the provider said: key sk-123")).code == expected)
        #expect(!Problem(EmbeddingError(code, "key sk-123")).detail.contains("sk-123"))
    }

    @Test(arguments: JSONError.Code.allCases)
    func everyFaultOfABodyHasItsCode(code: JSONError.Code) {
        let problem = Problem(JSONError(code: code, pointer: JSONPointer([.key("a")]), offset: 3))
        #expect(problem.code == (code == .size ? .bodyTooLarge : .malformedBody))
        #expect(problem.errors.first?.place == .body(JSONPointer([.key("a")])))
    }

    @Test func anythingElseIsAFaultOfOursThatSaysNothing() {
        struct Unknown: Error { let secret = "s3cret" }
        let problem = Problem(Unknown())
        #expect(problem.code == .internalError)
        #expect(!problem.detail.contains("s3cret"))
        #expect(Problem(CancellationError()).code == .deadlineExceeded)
    }

    @Test func whatIsWorthTryingAgainSaysWhen() {
        #expect(Problem(.overloaded).retryAfter == 1)
        #expect(Problem(EmbeddingError(.unavailable, "", retryAfter: .seconds(17))).retryAfter == 17)
        #expect(Problem(.notFound).retryAfter == nil)
    }
}
