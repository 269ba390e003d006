/// How a process ended.
package enum ExitReason: Sendable, Hashable, CustomStringConvertible {
    /// It returned this exit code.
    case code(Int32)

    /// This signal ended it.
    case signal(Int32)

    /// Whether it ended with code 0.
    package var isSuccess: Bool { self == .code(0) }

    package var description: String {
        switch self {
        case .code(let code): "exit code \(code)"
        case .signal(let number): "signal \(number)"
        }
    }
}
