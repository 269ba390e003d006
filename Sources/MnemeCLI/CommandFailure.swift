internal import ServiceAssembly

/// Why a command failed: one message for people, one code for scripts.
struct CommandFailure: Error {
    let message: String
    let code: Int32

    init(_ message: String, code: Int32 = ServiceExit.failure) {
        self.message = "error: \(message)"
        self.code = code
    }

    /// The failure of a command that met an error.
    init(_ error: any Error) {
        let code =
            switch error {
            case is ConfigurationError, is DataDirectoryError: ServiceExit.configuration
            case is EmbeddedPostgresError: ServiceExit.unavailable
            case let error as ServiceClientError: error.exitCode
            case let error as ServiceStartError: error.exitCode
            default: ServiceExit.failure
            }
        self.init(String(describing: error), code: code)
    }
}

extension ServiceClientError {
    /// What a script is told of it.
    fileprivate var exitCode: Int32 {
        switch code {
        case .noCredentials: ServiceExit.configuration
        case .unreachable: ServiceExit.unavailable
        case .interrupted, .refused, .malformedAnswer, .notFound: ServiceExit.failure
        }
    }
}
